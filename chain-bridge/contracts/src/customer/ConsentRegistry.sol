// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {BrandRegistry} from "./BrandRegistry.sol";
import {PurposeRegistry} from "./PurposeRegistry.sol";

/// @title Consent registry
/// @notice Consents, withdrawals and readers. Each consent is signed by a key of its own (one per customer, brand and
/// purpose), so that two consents of one person cannot be linked here; whoever relays the call does not matter. Nothing
/// personal is stored: a random id, a salted commitment, an end date.
contract ConsentRegistry is EIP712 {
    /// @param consentId random
    /// @param notAfter seconds since 1970; the consent ends by itself
    /// @param commitment salted hash of the consent record that is kept off chain
    struct Grant {
        bytes32 consentId;
        bytes32 brandId;
        bytes32 purposeId;
        uint64 notAfter;
        bytes32 commitment;
    }

    struct Consent {
        bytes32 brandId;
        bytes32 purposeId;
        address key;
        uint64 notAfter;
        bool withdrawn;
        bool erased;
    }

    bytes32 private constant GRANT_TYPEHASH = keccak256(
        "Grant(bytes32 consentId,bytes32 brandId,bytes32 purposeId,uint64 notAfter,bytes32 commitment)"
    );
    bytes32 private constant WITHDRAW_TYPEHASH = keccak256("Withdraw(bytes32 consentId)");
    bytes32 private constant READER_TYPEHASH =
        keccak256("Reader(bytes32 consentId,bytes32 readerId,uint64 notAfter,uint64 sequence)");
    uint64 public constant CONSENT_SECONDS_MAX = 3 * 365 days;

    BrandRegistry public immutable BRANDS;
    PurposeRegistry public immutable PURPOSES;

    mapping(bytes32 consentId => Consent) private _consents;
    mapping(bytes32 consentId => mapping(bytes32 readerId => uint64)) public readerNotAfter;
    /// @notice Counts a consent's changes of readers, so that none can be replayed.
    mapping(bytes32 consentId => uint64) public readerSequence;

    event ConsentGranted(
        bytes32 indexed consentId,
        bytes32 indexed brandId,
        bytes32 indexed purposeId,
        uint64 notAfter,
        bytes32 commitment
    );
    event ConsentWithdrawn(bytes32 indexed consentId);
    event ReaderGranted(bytes32 indexed consentId, bytes32 indexed readerId, uint64 notAfter);
    event ReaderRevoked(bytes32 indexed consentId, bytes32 indexed readerId);
    event Erased(bytes32 indexed consentId, bytes32 receiptHash);

    error UnknownPurpose(bytes32 purposeId);
    error UnknownBrand(bytes32 brandId);
    error UnknownConsent(bytes32 consentId);
    error ConsentExists(bytes32 consentId);
    error WrongEnd(uint64 notAfter);
    error WrongSequence(uint64 sequence);
    error WrongSignature();
    error NotTheKeeper(address caller);

    constructor(BrandRegistry brands, PurposeRegistry purposes) EIP712("Galleria Consents", "1") {
        BRANDS = brands;
        PURPOSES = purposes;
    }

    /// @notice Notes a consent. Whoever signed it is the only one who can change it.
    function grant(Grant calldata given, bytes calldata signature) external {
        require(given.consentId != 0 && _consents[given.consentId].key == address(0), ConsentExists(given.consentId));
        require(BRANDS.may(given.brandId, BRANDS.WRITER()), UnknownBrand(given.brandId));
        require(PURPOSES.known(given.purposeId), UnknownPurpose(given.purposeId));
        require(
            given.notAfter > block.timestamp && given.notAfter <= block.timestamp + CONSENT_SECONDS_MAX,
            WrongEnd(given.notAfter)
        );
        address key = _signer(keccak256(abi.encode(GRANT_TYPEHASH, given)), signature);
        _consents[given.consentId] = Consent(given.brandId, given.purposeId, key, given.notAfter, false, false);
        emit ConsentGranted(given.consentId, given.brandId, given.purposeId, given.notAfter, given.commitment);
    }

    /// @notice Ends a consent for good. Withdrawing twice changes nothing.
    function withdraw(bytes32 consentId, bytes calldata signature) external {
        Consent storage consent = _existing(consentId);
        _requireKey(consent, keccak256(abi.encode(WITHDRAW_TYPEHASH, consentId)), signature);
        if (consent.withdrawn) return;
        consent.withdrawn = true;
        emit ConsentWithdrawn(consentId);
    }

    /// @notice Lets another brand read until `notAfter`, or stops it with a `notAfter` of zero.
    function setReader(
        bytes32 consentId,
        bytes32 readerId,
        uint64 notAfter,
        uint64 sequence,
        bytes calldata signature
    ) external {
        Consent storage consent = _existing(consentId);
        require(sequence == readerSequence[consentId] + 1, WrongSequence(sequence));
        require(notAfter <= consent.notAfter, WrongEnd(notAfter));
        require(notAfter == 0 || BRANDS.may(readerId, BRANDS.READER()), UnknownBrand(readerId));
        _requireKey(consent, keccak256(abi.encode(READER_TYPEHASH, consentId, readerId, notAfter, sequence)), signature);
        readerSequence[consentId] = sequence;
        readerNotAfter[consentId][readerId] = notAfter;
        if (notAfter == 0) emit ReaderRevoked(consentId, readerId);
        else emit ReaderGranted(consentId, readerId, notAfter);
    }

    /// @notice The brand that kept the record says that key and salt are destroyed, with the hash of its signed receipt.
    function erased(bytes32 consentId, bytes32 receiptHash) external {
        Consent storage consent = _existing(consentId);
        require(BRANDS.brandOf(msg.sender) == consent.brandId, NotTheKeeper(msg.sender));
        consent.withdrawn = true;
        consent.erased = true;
        emit Erased(consentId, receiptHash);
    }

    function consentOf(bytes32 consentId) external view returns (Consent memory) {
        return _consents[consentId];
    }

    /// @notice Whether the consent holds now.
    function holds(bytes32 consentId) public view returns (bool) {
        Consent storage consent = _consents[consentId];
        return consent.key != address(0) && !consent.withdrawn && block.timestamp < consent.notAfter
            && BRANDS.may(consent.brandId, BRANDS.WRITER());
    }

    /// @notice Whether `readerId` may read under the consent now.
    function mayRead(bytes32 consentId, bytes32 readerId) external view returns (bool) {
        return holds(consentId) && block.timestamp < readerNotAfter[consentId][readerId]
            && BRANDS.may(readerId, BRANDS.READER());
    }

    function _existing(bytes32 consentId) private view returns (Consent storage consent) {
        consent = _consents[consentId];
        require(consent.key != address(0), UnknownConsent(consentId));
    }

    function _requireKey(Consent storage consent, bytes32 structHash, bytes calldata signature) private view {
        require(_signer(structHash, signature) == consent.key, WrongSignature());
    }

    function _signer(bytes32 structHash, bytes calldata signature) private view returns (address) {
        (address signer, ECDSA.RecoverError err,) = ECDSA.tryRecover(_hashTypedDataV4(structHash), signature);
        require(err == ECDSA.RecoverError.NoError, WrongSignature());
        return signer;
    }
}
