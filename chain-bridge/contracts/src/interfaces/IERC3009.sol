// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Transfers by a signed authorization (EIP-3009), in the form that takes the signature as bytes, so that
/// contract accounts can sign as well.
interface IERC3009 {
    /// @notice `nonce` of `authorizer` was used by a transfer.
    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);
    /// @notice `nonce` of `authorizer` can no longer be used.
    event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

    /// @notice Whether `nonce` was used or cancelled.
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);

    /// @notice Moves `value` from `from` to `to`; anybody may submit it.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice Moves `value` from `from` to the caller, who has to be `to`: nobody can front-run the payee.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice Makes `nonce` unusable.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external;
}
