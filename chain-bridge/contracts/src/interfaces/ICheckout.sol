// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title What the store signs, and what the checkout does with it
/// @notice One call settles an order: the payment is taken and the twin is minted, or nothing happens. An order id works
/// once, whoever submits it and however often.
interface ICheckout {
    /// @param orderId random, from the shop
    /// @param recipient who gets the twin: the buyer who pays here, or the shop's keeper for goods paid elsewhere
    /// @param twin collection of the brand
    /// @param tokenId random, from the shop
    /// @param currency the token that is paid in; zero if the order was paid elsewhere
    /// @param amount in the currency's smallest units; zero if the order was paid elsewhere
    /// @param payout who is paid; zero if the order was paid elsewhere
    /// @param validBefore seconds since 1970; from then on the order is void
    struct Order {
        bytes32 orderId;
        address recipient;
        address twin;
        uint256 tokenId;
        address currency;
        uint256 amount;
        address payout;
        uint64 validBefore;
    }

    /// @notice An order was settled. `currency` and `amount` are zero if it was paid elsewhere.
    event Settled(
        bytes32 indexed orderId,
        address indexed recipient,
        address indexed twin,
        uint256 tokenId,
        address currency,
        uint256 amount
    );
    event PayoutSet(address indexed payout, bool allowed);
    event KeeperSet(address indexed keeper, bool allowed);
    event CapSet(address indexed currency, uint128 orderMax, uint128 dayMax);

    error OrderUsed(bytes32 orderId);
    error OrderExpired(uint64 validBefore);
    error NotSignedByStore(address signer);
    error PaidElsewhere();
    error NotPaidElsewhere();
    error PayoutNotAllowed(address payout);
    error KeeperNotAllowed(address keeper);
    error AboveOrderCap(uint256 amount, uint256 orderMax);
    error AboveDayCap(uint256 total, uint256 dayMax);

    /// @notice Settles an order that is paid here: `buyerSignature` authorizes the token (EIP-3009
    /// ReceiveWithAuthorization to this contract) with `orderDigest(order)` as its nonce, so that it pays for this
    /// order and no other.
    function purchase(Order calldata order, bytes calldata storeSignature, bytes calldata buyerSignature) external;

    /// @notice Settles an order that was paid elsewhere, on the store's word; the twin goes into a keeper's hands.
    function issue(Order calldata order, bytes calldata storeSignature) external;

    /// @notice Whether the order was settled.
    function used(bytes32 orderId) external view returns (bool);

    /// @notice The EIP-712 digest that the store signs.
    function orderDigest(Order calldata order) external view returns (bytes32);
}
