// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {BrandRegistry} from "./BrandRegistry.sol";

/// @title Purpose registry
/// @notice What customers are asked to agree to: each purpose names the hash of its notice in plain words, how long what
/// is noted may be kept, and its term in a public vocabulary. A purpose never changes; other words are another purpose.
contract PurposeRegistry {
    struct Purpose {
        bytes32 noticeHash;
        uint64 retentionSeconds;
        string term;
    }

    BrandRegistry public immutable BRANDS;
    uint64 public constant RETENTION_SECONDS_MAX = 3 * 365 days;

    mapping(bytes32 purposeId => Purpose) private _purposes;

    event PurposeAdded(bytes32 indexed purposeId, bytes32 noticeHash, uint64 retentionSeconds, string term);

    error NotAWriter(address caller);
    error WrongPurpose(bytes32 purposeId);

    constructor(BrandRegistry brands) {
        BRANDS = brands;
    }

    /// @notice Adds a purpose; any member that writes may.
    function add(bytes32 purposeId, bytes32 noticeHash, uint64 retentionSeconds, string calldata term) external {
        bytes32 brandId = BRANDS.brandOf(msg.sender);
        require(BRANDS.may(brandId, BRANDS.WRITER()), NotAWriter(msg.sender));
        require(
            purposeId != 0 && noticeHash != 0 && _purposes[purposeId].noticeHash == 0 && retentionSeconds > 0
                && retentionSeconds <= RETENTION_SECONDS_MAX && bytes(term).length > 0 && bytes(term).length <= 200,
            WrongPurpose(purposeId)
        );
        _purposes[purposeId] = Purpose(noticeHash, retentionSeconds, term);
        emit PurposeAdded(purposeId, noticeHash, retentionSeconds, term);
    }

    function purpose(bytes32 purposeId) external view returns (Purpose memory) {
        return _purposes[purposeId];
    }

    function known(bytes32 purposeId) external view returns (bool) {
        return _purposes[purposeId].noticeHash != 0;
    }
}
