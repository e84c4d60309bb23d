// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {BrandRegistry} from "./BrandRegistry.sol";
import {PurposeRegistry} from "./PurposeRegistry.sol";

/// @title Preference anchor
/// @notice Merkle roots over salted commitments of what was noted. A batch is padded to a power of two, so that its size
/// says little; `count` is that padded size.
contract PreferenceAnchor {
    uint32 public constant LEAVES_MAX = 65536;

    BrandRegistry public immutable BRANDS;
    PurposeRegistry public immutable PURPOSES;

    mapping(bytes32 merkleRoot => uint64) public anchoredAt;

    event BatchAnchored(bytes32 indexed brandId, bytes32 indexed purposeId, bytes32 merkleRoot, uint32 count);

    error NotAWriter(address caller);
    error UnknownPurpose(bytes32 purposeId);
    error WrongBatch(bytes32 merkleRoot, uint32 count);

    constructor(BrandRegistry brands, PurposeRegistry purposes) {
        BRANDS = brands;
        PURPOSES = purposes;
    }

    function anchor(bytes32 purposeId, bytes32 merkleRoot, uint32 count) external {
        bytes32 brandId = BRANDS.brandOf(msg.sender);
        require(BRANDS.may(brandId, BRANDS.WRITER()), NotAWriter(msg.sender));
        require(PURPOSES.known(purposeId), UnknownPurpose(purposeId));
        bool paddedSize = count > 0 && count <= LEAVES_MAX && count & (count - 1) == 0;
        require(merkleRoot != 0 && paddedSize && anchoredAt[merkleRoot] == 0, WrongBatch(merkleRoot, count));
        anchoredAt[merkleRoot] = uint64(block.timestamp);
        emit BatchAnchored(brandId, purposeId, merkleRoot, count);
    }
}
