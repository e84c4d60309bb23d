// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessControlDefaultAdminRules} from
    "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {ICheckout} from "./interfaces/ICheckout.sol";
import {IERC3009} from "./interfaces/IERC3009.sol";
import {Twin} from "./Twin.sol";

/// @title Checkout
/// @notice Takes the payment and mints the twin in one call. The order is signed by the store; caps per order and per day
/// bound what a stolen signing key could do, money can only go to payouts that the admin has named, and what was paid
/// elsewhere only to keepers that the admin has named.
contract Checkout is ICheckout, AccessControlDefaultAdminRules, EIP712, Pausable {
    using SafeERC20 for IERC20;

    /// @notice Signs orders for the store; holds no money and mints nothing by itself.
    bytes32 public constant STORE_SIGNER_ROLE = keccak256("STORE_SIGNER_ROLE");
    /// @notice May stop the checkout in an emergency.
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");

    bytes32 private constant ORDER_TYPEHASH = keccak256(
        "Order(bytes32 orderId,address recipient,address twin,uint256 tokenId,address currency,uint256 amount,address payout,uint64 validBefore)"
    );
    uint48 private constant ADMIN_DELAY_SECONDS = 1 days;

    struct Cap {
        uint128 orderMax;
        uint128 dayMax;
    }

    mapping(bytes32 orderId => bool) public used;
    mapping(address payout => bool) public payoutAllowed;
    mapping(address keeper => bool) public keeperAllowed;
    /// @notice Caps per currency in its smallest units; for the zero currency in pieces. No cap means none may pass.
    mapping(address currency => Cap) public caps;
    mapping(address currency => mapping(uint256 day => uint256)) public settledOnDay;

    constructor(address admin)
        AccessControlDefaultAdminRules(ADMIN_DELAY_SECONDS, admin)
        EIP712("Galleria Checkout", "1")
    {}

    /// @inheritdoc ICheckout
    function purchase(Order calldata order, bytes calldata storeSignature, bytes calldata buyerSignature)
        external
        whenNotPaused
    {
        require(order.currency != address(0) && order.amount > 0, PaidElsewhere());
        require(payoutAllowed[order.payout], PayoutNotAllowed(order.payout));
        bytes32 digest = _settle(order, storeSignature, order.amount);
        IERC3009(order.currency).receiveWithAuthorization(
            order.recipient, address(this), order.amount, 0, order.validBefore, digest, buyerSignature
        );
        IERC20(order.currency).safeTransfer(order.payout, order.amount);
        Twin(order.twin).mint(order.recipient, order.tokenId);
    }

    /// @inheritdoc ICheckout
    function issue(Order calldata order, bytes calldata storeSignature) external whenNotPaused {
        require(order.currency == address(0) && order.amount == 0 && order.payout == address(0), NotPaidElsewhere());
        require(keeperAllowed[order.recipient], KeeperNotAllowed(order.recipient));
        _settle(order, storeSignature, 1);
        Twin(order.twin).mint(order.recipient, order.tokenId);
    }

    /// @inheritdoc ICheckout
    function orderDigest(Order calldata order) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(ORDER_TYPEHASH, order)));
    }

    /// @notice Names an account that money may go to, or takes the name back.
    function setPayout(address payout, bool allowed) external onlyRole(DEFAULT_ADMIN_ROLE) {
        payoutAllowed[payout] = allowed;
        emit PayoutSet(payout, allowed);
    }

    /// @notice Names an account that holds twins for buyers who paid elsewhere, or takes the name back.
    function setKeeper(address keeper, bool allowed) external onlyRole(DEFAULT_ADMIN_ROLE) {
        keeperAllowed[keeper] = allowed;
        emit KeeperSet(keeper, allowed);
    }

    /// @notice Sets what may be settled in one order and on one day (UTC).
    function setCap(address currency, uint128 orderMax, uint128 dayMax) external onlyRole(DEFAULT_ADMIN_ROLE) {
        caps[currency] = Cap(orderMax, dayMax);
        emit CapSet(currency, orderMax, dayMax);
    }

    function pause() external onlyRole(GUARDIAN_ROLE) {
        _pause();
    }

    function unpause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _unpause();
    }

    /// @dev Checks, then marks the order as used and counts it, before anything outside is called.
    function _settle(Order calldata order, bytes calldata storeSignature, uint256 counted)
        private
        returns (bytes32 digest)
    {
        require(!used[order.orderId], OrderUsed(order.orderId));
        require(block.timestamp < order.validBefore, OrderExpired(order.validBefore));
        digest = orderDigest(order);
        (address signer, ECDSA.RecoverError err,) = ECDSA.tryRecover(digest, storeSignature);
        require(err == ECDSA.RecoverError.NoError && hasRole(STORE_SIGNER_ROLE, signer), NotSignedByStore(signer));
        Cap memory cap = caps[order.currency];
        require(counted <= cap.orderMax, AboveOrderCap(counted, cap.orderMax));
        uint256 total = settledOnDay[order.currency][block.timestamp / 1 days] + counted;
        require(total <= cap.dayMax, AboveDayCap(total, cap.dayMax));

        used[order.orderId] = true;
        settledOnDay[order.currency][block.timestamp / 1 days] = total;
        emit Settled(order.orderId, order.recipient, order.twin, order.tokenId, order.currency, order.amount);
    }
}
