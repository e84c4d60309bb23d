// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessControlDefaultAdminRules} from
    "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {IERC4906} from "@openzeppelin/contracts/interfaces/IERC4906.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {ERC2981} from "@openzeppelin/contracts/token/common/ERC2981.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

/// @title Twin
/// @notice The certificate of a piece that was bought: one token a piece, its metadata served by the shop. Only the
/// checkout mints.
contract Twin is ERC721, ERC2981, IERC4906, AccessControlDefaultAdminRules {
    using Strings for uint256;

    bytes32 public constant MINTER_ROLE = keccak256("MINTER_ROLE");
    bytes32 public constant METADATA_ROLE = keccak256("METADATA_ROLE");
    uint48 private constant ADMIN_DELAY_SECONDS = 1 days;

    string private _base;

    /// @param base address that a token id (64 hexadecimal digits) is appended to
    constructor(string memory name, string memory symbol, string memory base, address admin)
        ERC721(name, symbol)
        AccessControlDefaultAdminRules(ADMIN_DELAY_SECONDS, admin)
    {
        _base = base;
    }

    /// @notice Mints `tokenId` to `to`. A contract that cannot hold tokens is refused.
    function mint(address to, uint256 tokenId) external onlyRole(MINTER_ROLE) {
        _safeMint(to, tokenId);
    }

    /// @notice Sets who gets which share of a resale, in parts of 10,000.
    function setRoyalty(address receiver, uint96 parts) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setDefaultRoyalty(receiver, parts);
    }

    /// @notice The shop has moved: every token's metadata is to be read again.
    function setBase(string calldata base) external onlyRole(METADATA_ROLE) {
        _base = base;
        emit BatchMetadataUpdate(0, type(uint256).max);
    }

    /// @notice The metadata of one token has changed.
    function metadataChanged(uint256 tokenId) external onlyRole(METADATA_ROLE) {
        _requireOwned(tokenId);
        emit MetadataUpdate(tokenId);
    }

    /// @inheritdoc ERC721
    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        bytes memory digits = bytes(tokenId.toHexString(32));
        // Without "0x": the shop writes token ids as 64 bare digits.
        assembly ("memory-safe") {
            mstore(add(digits, 2), sub(mload(digits), 2))
            digits := add(digits, 2)
        }
        return string.concat(_base, string(digits));
    }

    /// @inheritdoc ERC721
    function supportsInterface(bytes4 id)
        public
        view
        override(ERC721, ERC2981, AccessControlDefaultAdminRules, IERC165)
        returns (bool)
    {
        return id == bytes4(0x49064906) || ERC721.supportsInterface(id) || ERC2981.supportsInterface(id)
            || AccessControlDefaultAdminRules.supportsInterface(id);
    }
}
