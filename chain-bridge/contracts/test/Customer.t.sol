// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {BrandRegistry} from "../src/customer/BrandRegistry.sol";
import {ConsentRegistry} from "../src/customer/ConsentRegistry.sol";
import {PreferenceAnchor} from "../src/customer/PreferenceAnchor.sol";
import {PurposeRegistry} from "../src/customer/PurposeRegistry.sol";
import {Assert} from "./Assert.sol";

contract CustomerFixture is Assert {
    bytes32 internal constant LUNE = keccak256("Maison Lune");
    bytes32 internal constant OAK = keccak256("Oak & Linen");
    bytes32 internal constant WINE = keccak256("Wine");
    bytes32 internal constant RECOMMEND = keccak256("recommend");
    address internal constant LUNE_ADDRESS = address(0x1001);
    address internal constant OAK_ADDRESS = address(0x1002);
    address internal constant WINE_ADDRESS = address(0x1003);
    uint256 internal constant CUSTOMER_KEY = 0xc057;
    uint256 internal constant STRANGER_KEY = 0xbad;

    BrandRegistry internal brands;
    PurposeRegistry internal purposes;
    ConsentRegistry internal consents;
    PreferenceAnchor internal anchors;

    function setUp() public {
        vm.warp(1_800_000_000);
        bytes32[] memory ids = new bytes32[](2);
        address[] memory keys = new address[](2);
        (ids[0], ids[1], keys[0], keys[1]) = (LUNE, OAK, LUNE_ADDRESS, OAK_ADDRESS);
        brands = new BrandRegistry(ids, keys);
        purposes = new PurposeRegistry(brands);
        consents = new ConsentRegistry(brands, purposes);
        anchors = new PreferenceAnchor(brands, purposes);
        vm.prank(LUNE_ADDRESS);
        purposes.add(RECOMMEND, keccak256("notice"), 365 days, "dpv:PersonalisedAdvertising");
    }

    function digest(bytes32 structHash) internal view returns (bytes32) {
        (, string memory name, string memory version, uint256 chainId, address verifier,,) = consents.eip712Domain();
        bytes32 separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256(bytes(version)),
                chainId,
                verifier
            )
        );
        return keccak256(abi.encodePacked(bytes2(0x1901), separator, structHash));
    }

    function given() internal view returns (ConsentRegistry.Grant memory) {
        return ConsentRegistry.Grant({
            consentId: keccak256("consent"),
            brandId: LUNE,
            purposeId: RECOMMEND,
            notAfter: uint64(block.timestamp + 30 days),
            commitment: keccak256("salt and record")
        });
    }

    function grantSignature(uint256 key, ConsentRegistry.Grant memory g) internal returns (bytes memory) {
        bytes32 typehash = keccak256(
            "Grant(bytes32 consentId,bytes32 brandId,bytes32 purposeId,uint64 notAfter,bytes32 commitment)"
        );
        return signed(key, digest(keccak256(abi.encode(typehash, g))));
    }

    function withdrawSignature(uint256 key, bytes32 consentId) internal returns (bytes memory) {
        return signed(key, digest(keccak256(abi.encode(keccak256("Withdraw(bytes32 consentId)"), consentId))));
    }

    function readerSignature(uint256 key, bytes32 readerId, uint64 notAfter, uint64 sequence)
        internal
        returns (bytes memory)
    {
        bytes32 typehash = keccak256("Reader(bytes32 consentId,bytes32 readerId,uint64 notAfter,uint64 sequence)");
        return signed(key, digest(keccak256(abi.encode(typehash, given().consentId, readerId, notAfter, sequence))));
    }

    function grantIt() internal returns (ConsentRegistry.Grant memory g) {
        g = given();
        consents.grant(g, grantSignature(CUSTOMER_KEY, g));
    }
}

contract ConsentTest is CustomerFixture {
    function testAConsentHoldsUntilItsEnd() public {
        ConsentRegistry.Grant memory g = grantIt();
        yes(consents.holds(g.consentId), "holds");
        vm.warp(g.notAfter);
        yes(!consents.holds(g.consentId), "ended");
    }

    function testOnlyItsOwnKeyWithdraws() public {
        ConsentRegistry.Grant memory g = grantIt();
        bytes memory forged = withdrawSignature(STRANGER_KEY, g.consentId);
        vm.expectRevert(abi.encodeWithSelector(ConsentRegistry.WrongSignature.selector));
        consents.withdraw(g.consentId, forged);
        consents.withdraw(g.consentId, withdrawSignature(CUSTOMER_KEY, g.consentId));
        yes(!consents.holds(g.consentId), "withdrawn");
        consents.withdraw(g.consentId, withdrawSignature(CUSTOMER_KEY, g.consentId));
    }

    function testAWithdrawnConsentCannotBeGrantedAgain() public {
        ConsentRegistry.Grant memory g = grantIt();
        consents.withdraw(g.consentId, withdrawSignature(CUSTOMER_KEY, g.consentId));
        bytes memory signature = grantSignature(CUSTOMER_KEY, g);
        vm.expectRevert(abi.encodeWithSelector(ConsentRegistry.ConsentExists.selector, g.consentId));
        consents.grant(g, signature);
    }

    function testAReaderReadsOnlyWhileGranted() public {
        ConsentRegistry.Grant memory g = grantIt();
        yes(!consents.mayRead(g.consentId, OAK), "not yet");
        uint64 end = uint64(block.timestamp + 1 days);
        consents.setReader(g.consentId, OAK, end, 1, readerSignature(CUSTOMER_KEY, OAK, end, 1));
        yes(consents.mayRead(g.consentId, OAK), "granted");
        consents.setReader(g.consentId, OAK, 0, 2, readerSignature(CUSTOMER_KEY, OAK, 0, 2));
        yes(!consents.mayRead(g.consentId, OAK), "revoked");
        bytes memory replay = readerSignature(CUSTOMER_KEY, OAK, end, 1);
        vm.expectRevert(abi.encodeWithSelector(ConsentRegistry.WrongSequence.selector, uint64(1)));
        consents.setReader(g.consentId, OAK, end, 1, replay);
    }

    function testWithdrawalEndsEveryReader() public {
        ConsentRegistry.Grant memory g = grantIt();
        consents.setReader(g.consentId, OAK, g.notAfter, 1, readerSignature(CUSTOMER_KEY, OAK, g.notAfter, 1));
        consents.withdraw(g.consentId, withdrawSignature(CUSTOMER_KEY, g.consentId));
        yes(!consents.mayRead(g.consentId, OAK), "no longer");
    }

    function testUnknownPurposeBrandAndEndAreRefused() public {
        ConsentRegistry.Grant memory g = given();
        g.purposeId = keccak256("everything");
        bytes memory signature = grantSignature(CUSTOMER_KEY, g);
        vm.expectRevert(abi.encodeWithSelector(ConsentRegistry.UnknownPurpose.selector, g.purposeId));
        consents.grant(g, signature);
        g = given();
        g.brandId = WINE;
        signature = grantSignature(CUSTOMER_KEY, g);
        vm.expectRevert(abi.encodeWithSelector(ConsentRegistry.UnknownBrand.selector, WINE));
        consents.grant(g, signature);
        g = given();
        g.notAfter = uint64(block.timestamp + 4 * 365 days);
        signature = grantSignature(CUSTOMER_KEY, g);
        vm.expectRevert(abi.encodeWithSelector(ConsentRegistry.WrongEnd.selector, g.notAfter));
        consents.grant(g, signature);
    }

    function testOnlyTheKeeperSaysErased() public {
        ConsentRegistry.Grant memory g = grantIt();
        vm.prank(OAK_ADDRESS);
        vm.expectRevert(abi.encodeWithSelector(ConsentRegistry.NotTheKeeper.selector, OAK_ADDRESS));
        consents.erased(g.consentId, keccak256("receipt"));
        vm.prank(LUNE_ADDRESS);
        consents.erased(g.consentId, keccak256("receipt"));
        yes(!consents.holds(g.consentId) && consents.consentOf(g.consentId).erased, "erased");
    }
}

contract BrandTest is CustomerFixture {
    function testAMajorityAdmits() public {
        uint8 reader = brands.READER();
        vm.prank(LUNE_ADDRESS);
        brands.vote(BrandRegistry.Motion.Admit, WINE, WINE_ADDRESS, reader);
        yes(!brands.may(WINE, reader), "one of two is no majority");
        vm.prank(OAK_ADDRESS);
        brands.vote(BrandRegistry.Motion.Admit, WINE, WINE_ADDRESS, reader);
        yes(brands.may(WINE, reader), "admitted");
        yes(!brands.may(WINE, brands.WRITER()), "with no more than was voted");
    }

    function testNobodyVotesTwiceAndStrangersNever() public {
        vm.prank(LUNE_ADDRESS);
        brands.vote(BrandRegistry.Motion.Suspend, OAK, address(0), 0);
        vm.prank(LUNE_ADDRESS);
        vm.expectRevert();
        brands.vote(BrandRegistry.Motion.Suspend, OAK, address(0), 0);
        vm.prank(WINE_ADDRESS);
        vm.expectRevert(abi.encodeWithSelector(BrandRegistry.NotAMember.selector, WINE_ADDRESS));
        brands.vote(BrandRegistry.Motion.Suspend, OAK, address(0), 0);
    }

    function testASuspendedBrandsConsentsDoNotHold() public {
        ConsentRegistry.Grant memory g = grantIt();
        vm.prank(LUNE_ADDRESS);
        brands.vote(BrandRegistry.Motion.Suspend, LUNE, address(0), 0);
        vm.prank(OAK_ADDRESS);
        brands.vote(BrandRegistry.Motion.Suspend, LUNE, address(0), 0);
        yes(!consents.holds(g.consentId), "suspended");
        eq(brands.activeCount(), 1, "one is left");
        vm.prank(OAK_ADDRESS);
        brands.vote(BrandRegistry.Motion.Restore, LUNE, address(0), 0);
        yes(consents.holds(g.consentId), "restored");
    }

    function testARotatedKeyReplacesTheOld() public {
        vm.prank(LUNE_ADDRESS);
        brands.rotateKey(address(0x2001));
        vm.prank(LUNE_ADDRESS);
        vm.expectRevert();
        anchors.anchor(RECOMMEND, keccak256("root"), 8);
        vm.prank(address(0x2001));
        anchors.anchor(RECOMMEND, keccak256("root"), 8);
    }
}

contract AnchorTest is CustomerFixture {
    function testARootIsAnchoredOnceAndPadded() public {
        vm.prank(LUNE_ADDRESS);
        anchors.anchor(RECOMMEND, keccak256("root"), 8);
        eq(anchors.anchoredAt(keccak256("root")), block.timestamp, "time");
        vm.prank(LUNE_ADDRESS);
        vm.expectRevert(abi.encodeWithSelector(PreferenceAnchor.WrongBatch.selector, keccak256("root"), uint32(8)));
        anchors.anchor(RECOMMEND, keccak256("root"), 8);
        vm.prank(LUNE_ADDRESS);
        vm.expectRevert(abi.encodeWithSelector(PreferenceAnchor.WrongBatch.selector, keccak256("other"), uint32(7)));
        anchors.anchor(RECOMMEND, keccak256("other"), 7);
    }

    function testAPurposeNeverChanges() public {
        vm.prank(OAK_ADDRESS);
        vm.expectRevert(abi.encodeWithSelector(PurposeRegistry.WrongPurpose.selector, RECOMMEND));
        purposes.add(RECOMMEND, keccak256("other words"), 30 days, "dpv:Marketing");
    }
}
