// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {Checkout} from "../src/Checkout.sol";
import {TestEuro} from "../src/TestEuro.sol";
import {Twin} from "../src/Twin.sol";
import {ICheckout} from "../src/interfaces/ICheckout.sol";
import {Assert} from "./Assert.sol";

contract CheckoutFixture is Assert {
    uint256 internal constant STORE_KEY = 0x5707e;
    uint256 internal constant BUYER_KEY = 0xb07e7;
    uint256 internal constant STRANGER_KEY = 0xbad;
    address internal constant PAYOUT = address(0xca5e);
    address internal constant KEEPER = address(0x5afe);
    uint256 internal constant PRICE = 420e6;

    TestEuro internal euro;
    Twin internal twin;
    Checkout internal checkout;
    address internal buyer;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        buyer = vm.addr(BUYER_KEY);
        euro = new TestEuro(address(this));
        checkout = new Checkout(address(this));
        twin = new Twin("Maison Lune certificates", "LUNE", "http://shop/twins/", address(this));
        twin.grantRole(twin.MINTER_ROLE(), address(checkout));
        checkout.grantRole(checkout.STORE_SIGNER_ROLE(), vm.addr(STORE_KEY));
        checkout.grantRole(checkout.GUARDIAN_ROLE(), address(this));
        checkout.setPayout(PAYOUT, true);
        checkout.setKeeper(KEEPER, true);
        checkout.setCap(address(euro), 1000e6, 5000e6);
        checkout.setCap(address(0), 1, 3);
        euro.mint(buyer, 10_000e6);
    }

    function order(uint256 n) internal view returns (ICheckout.Order memory) {
        return ICheckout.Order({
            orderId: keccak256(abi.encode("order", n)),
            recipient: buyer,
            twin: address(twin),
            tokenId: uint256(keccak256(abi.encode("token", n))),
            currency: address(euro),
            amount: PRICE,
            payout: PAYOUT,
            validBefore: uint64(block.timestamp + 600)
        });
    }

    function paidElsewhere(uint256 n) internal view returns (ICheckout.Order memory made) {
        made = order(n);
        made.recipient = KEEPER;
        made.currency = address(0);
        made.amount = 0;
        made.payout = address(0);
    }

    function storeSigns(ICheckout.Order memory made) internal returns (bytes memory) {
        return signed(STORE_KEY, checkout.orderDigest(made));
    }

    function buyerSigns(ICheckout.Order memory made) internal returns (bytes memory) {
        bytes32 typehash = keccak256(
            "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        bytes32 message = keccak256(
            abi.encode(
                typehash,
                made.recipient,
                address(checkout),
                made.amount,
                uint256(0),
                uint256(made.validBefore),
                checkout.orderDigest(made)
            )
        );
        return signed(BUYER_KEY, keccak256(abi.encodePacked(bytes2(0x1901), euro.DOMAIN_SEPARATOR(), message)));
    }

    function buy(ICheckout.Order memory made) internal {
        checkout.purchase(made, storeSigns(made), buyerSigns(made));
    }
}

contract CheckoutTest is CheckoutFixture {
    function testPurchaseTakesThePaymentAndMintsTheTwin() public {
        ICheckout.Order memory made = order(1);
        buy(made);
        eq(euro.balanceOf(PAYOUT), PRICE, "payout");
        eq(euro.balanceOf(address(checkout)), 0, "nothing stays");
        eq(twin.ownerOf(made.tokenId), buyer, "owner");
        yes(checkout.used(made.orderId), "used");
    }

    function testAnOrderWorksOnce() public {
        ICheckout.Order memory made = order(1);
        bytes memory store = storeSigns(made);
        bytes memory pay = buyerSigns(made);
        checkout.purchase(made, store, pay);
        vm.expectRevert(abi.encodeWithSelector(ICheckout.OrderUsed.selector, made.orderId));
        checkout.purchase(made, store, pay);
        eq(euro.balanceOf(PAYOUT), PRICE, "paid once");
    }

    function testAnOrderIdWorksOnceEvenWithAnotherToken() public {
        ICheckout.Order memory made = order(1);
        buy(made);
        ICheckout.Order memory again = order(2);
        again.orderId = made.orderId;
        bytes memory store = storeSigns(again);
        bytes memory pay = buyerSigns(again);
        vm.expectRevert(abi.encodeWithSelector(ICheckout.OrderUsed.selector, made.orderId));
        checkout.purchase(again, store, pay);
    }

    function testAForeignStoreSignatureIsRefused() public {
        ICheckout.Order memory made = order(1);
        bytes memory forged = signed(STRANGER_KEY, checkout.orderDigest(made));
        bytes memory pay = buyerSigns(made);
        vm.expectRevert(abi.encodeWithSelector(ICheckout.NotSignedByStore.selector, vm.addr(STRANGER_KEY)));
        checkout.purchase(made, forged, pay);
    }

    function testAChangedPriceIsRefused() public {
        ICheckout.Order memory made = order(1);
        bytes memory store = storeSigns(made);
        made.amount = 1;
        bytes memory pay = buyerSigns(made);
        vm.expectRevert();
        checkout.purchase(made, store, pay);
    }

    function testAPaymentSignedForAnotherOrderIsRefused() public {
        ICheckout.Order memory made = order(1);
        bytes memory pay = buyerSigns(made);
        ICheckout.Order memory other = order(2);
        bytes memory store = storeSigns(other);
        vm.expectRevert(abi.encodeWithSelector(TestEuro.WrongSignature.selector, buyer));
        checkout.purchase(other, store, pay);
    }

    function testWithoutMoneyNothingHappens() public {
        ICheckout.Order memory made = order(1);
        bytes memory store = storeSigns(made);
        bytes memory pay = buyerSigns(made);
        vm.prank(buyer);
        euro.transfer(address(1), 10_000e6);
        vm.expectRevert();
        checkout.purchase(made, store, pay);
        yes(!checkout.used(made.orderId), "still free");
    }

    function testAnExpiredOrderIsRefused() public {
        ICheckout.Order memory made = order(1);
        bytes memory store = storeSigns(made);
        bytes memory pay = buyerSigns(made);
        vm.warp(made.validBefore);
        vm.expectRevert(abi.encodeWithSelector(ICheckout.OrderExpired.selector, made.validBefore));
        checkout.purchase(made, store, pay);
    }

    function testMoneyGoesOnlyToNamedPayouts() public {
        ICheckout.Order memory made = order(1);
        made.payout = address(0xbad);
        bytes memory store = storeSigns(made);
        bytes memory pay = buyerSigns(made);
        vm.expectRevert(abi.encodeWithSelector(ICheckout.PayoutNotAllowed.selector, made.payout));
        checkout.purchase(made, store, pay);
    }

    function testCapsHoldPerOrderAndPerDay() public {
        ICheckout.Order memory large = order(1);
        large.amount = 1000e6 + 1;
        bytes memory store = storeSigns(large);
        bytes memory pay = buyerSigns(large);
        vm.expectRevert(abi.encodeWithSelector(ICheckout.AboveOrderCap.selector, large.amount, 1000e6));
        checkout.purchase(large, store, pay);

        for (uint256 i = 2; i < 7; ++i) {
            ICheckout.Order memory made = order(i);
            made.amount = 1000e6;
            buy(made);
        }
        ICheckout.Order memory last = order(7);
        store = storeSigns(last);
        pay = buyerSigns(last);
        vm.expectRevert(abi.encodeWithSelector(ICheckout.AboveDayCap.selector, 5000e6 + PRICE, 5000e6));
        checkout.purchase(last, store, pay);
        vm.warp(block.timestamp + 1 days);
        buy(order(8));
    }

    function testIssueMintsOnTheStoresWordIntoTheShopsKeeping() public {
        ICheckout.Order memory made = paidElsewhere(1);
        checkout.issue(made, storeSigns(made));
        eq(twin.ownerOf(made.tokenId), KEEPER, "keeper");
        eq(twin.tokenURI(made.tokenId), string.concat("http://shop/twins/", digits(made.tokenId)), "uri");
    }

    function testIssueIsCappedPerDay() public {
        for (uint256 i = 0; i < 3; ++i) {
            ICheckout.Order memory made = paidElsewhere(i);
            checkout.issue(made, storeSigns(made));
        }
        ICheckout.Order memory last = paidElsewhere(3);
        bytes memory store = storeSigns(last);
        vm.expectRevert(abi.encodeWithSelector(ICheckout.AboveDayCap.selector, 4, 3));
        checkout.issue(last, store);
    }

    function testAPaidOrderCannotBeIssuedForNothing() public {
        ICheckout.Order memory made = order(1);
        bytes memory store = storeSigns(made);
        vm.expectRevert(abi.encodeWithSelector(ICheckout.NotPaidElsewhere.selector));
        checkout.issue(made, store);
        ICheckout.Order memory free = paidElsewhere(1);
        store = storeSigns(free);
        vm.expectRevert(abi.encodeWithSelector(ICheckout.PaidElsewhere.selector));
        checkout.purchase(free, store, "");
    }

    function testAPausedCheckoutDoesNothing() public {
        checkout.pause();
        ICheckout.Order memory made = order(1);
        bytes memory store = storeSigns(made);
        bytes memory pay = buyerSigns(made);
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        checkout.purchase(made, store, pay);
        checkout.unpause();
        checkout.purchase(made, store, pay);
    }

    function testASignedIssueToAStrangerMintsNothing() public {
        ICheckout.Order memory made = paidElsewhere(1);
        made.recipient = vm.addr(STRANGER_KEY);
        bytes memory store = storeSigns(made);
        vm.expectRevert(abi.encodeWithSelector(ICheckout.KeeperNotAllowed.selector, made.recipient));
        checkout.issue(made, store);
        yes(!checkout.used(made.orderId), "not used");
    }

    function testAKeeperWhoseNameWasTakenBackGetsNothingMore() public {
        checkout.setKeeper(KEEPER, false);
        ICheckout.Order memory made = paidElsewhere(1);
        bytes memory store = storeSigns(made);
        vm.expectRevert(abi.encodeWithSelector(ICheckout.KeeperNotAllowed.selector, KEEPER));
        checkout.issue(made, store);
    }

    function testOnlyTheAdminChangesCapsPayoutsAndKeepers() public {
        bytes memory refusal = abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector, address(0xbad), bytes32(0)
        );
        vm.prank(address(0xbad));
        vm.expectRevert(refusal);
        checkout.setCap(address(euro), 1, 1);
        vm.prank(address(0xbad));
        vm.expectRevert(refusal);
        checkout.setPayout(address(0xbad), true);
        vm.prank(address(0xbad));
        vm.expectRevert(refusal);
        checkout.setKeeper(address(0xbad), true);
    }

    function testFuzzNoByteOfTheStoreSignatureMayChange(uint8 position, uint8 flip) public {
        if (flip == 0) return;
        ICheckout.Order memory made = order(1);
        bytes memory store = storeSigns(made);
        store[position % 65] ^= bytes1(flip);
        bytes memory pay = buyerSigns(made);
        vm.expectRevert();
        checkout.purchase(made, store, pay);
    }

    function digits(uint256 id) private pure returns (string memory) {
        bytes memory out = new bytes(64);
        for (uint256 i = 64; i > 0; --i) {
            out[i - 1] = bytes("0123456789abcdef")[id & 15];
            id >>= 4;
        }
        return string(out);
    }
}

contract TwinTest is CheckoutFixture {
    function testOnlyTheCheckoutMints() public {
        vm.expectRevert();
        twin.mint(buyer, 1);
    }

    function testAContractThatCannotHoldTokensIsRefused() public {
        ICheckout.Order memory made = paidElsewhere(1);
        made.recipient = address(euro);
        checkout.setKeeper(address(euro), true);
        bytes memory store = storeSigns(made);
        vm.expectRevert();
        checkout.issue(made, store);
    }

    function testItSaysWhatItIs() public view {
        yes(twin.supportsInterface(0x80ac58cd), "ERC-721");
        yes(twin.supportsInterface(0x5b5e139f), "metadata");
        yes(twin.supportsInterface(0x2a55205a), "royalties");
        yes(twin.supportsInterface(0x49064906), "metadata update");
        yes(!twin.supportsInterface(0xffffffff), "not everything");
    }

    function testRoyaltiesAreTold() public {
        twin.setRoyalty(PAYOUT, 500);
        (address receiver, uint256 amount) = twin.royaltyInfo(1, 1000);
        eq(receiver, PAYOUT, "receiver");
        eq(amount, 50, "five in a hundred");
    }
}

contract TestEuroTest is CheckoutFixture {
    function testOnlyThePayeeTakesAReceipt() public {
        ICheckout.Order memory made = order(1);
        bytes memory pay = buyerSigns(made);
        bytes32 nonce = checkout.orderDigest(made);
        vm.expectRevert(
            abi.encodeWithSelector(TestEuro.CallerIsNotPayee.selector, address(this), address(checkout))
        );
        euro.receiveWithAuthorization(buyer, address(checkout), PRICE, 0, made.validBefore, nonce, pay);
    }

    function testOnlyTheOwnerMakesMoney() public {
        vm.prank(buyer);
        vm.expectRevert();
        euro.mint(buyer, 1);
    }
}

/// @notice Drives the checkout with random orders, fresh and repeated, and counts what must have happened.
contract CheckoutHandler is CheckoutFixture {
    uint256 public settled;
    mapping(uint256 => bool) public done;

    function tryPurchase(uint8 n, uint16 later) external {
        vm.warp(block.timestamp + later);
        ICheckout.Order memory made = order(n);
        made.amount = 1e6;
        bytes memory store = storeSigns(made);
        bytes memory pay = buyerSigns(made);
        try checkout.purchase(made, store, pay) {
            require(!done[n], "settled twice");
            done[n] = true;
            ++settled;
        } catch {
            require(done[n], "a good order was refused");
        }
    }

    function counts() external view returns (uint256 paid, uint256 held) {
        return (euro.balanceOf(PAYOUT), twin.balanceOf(buyer));
    }
}

contract CheckoutInvariant is Assert {
    CheckoutHandler private handler;

    function setUp() public {
        handler = new CheckoutHandler();
        handler.setUp();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0].addr = address(handler);
        targets[0].selectors = new bytes4[](1);
        targets[0].selectors[0] = CheckoutHandler.tryPurchase.selector;
    }

    function invariantOneTwinAndOnePaymentPerOrder() public view {
        (uint256 paid, uint256 held) = handler.counts();
        eq(paid, handler.settled() * 1e6, "money");
        eq(held, handler.settled(), "twins");
    }
}
