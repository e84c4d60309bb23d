// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Brand registry
/// @notice The members of the consortium that shares the customer chain, and what each may do. Members are admitted,
/// suspended and removed by a vote of more than half of the active members; nobody owns the registry. A member changes
/// its own key by itself.
contract BrandRegistry {
    enum Standing {
        Unknown,
        Active,
        Suspended,
        Removed
    }

    enum Motion {
        Admit,
        Suspend,
        Restore,
        Remove
    }

    /// @dev Roles are bits, so that one member can hold several.
    uint8 public constant WRITER = 1;
    uint8 public constant READER = 2;
    uint8 public constant AUDITOR = 4;
    uint8 private constant ALL_ROLES = WRITER | READER | AUDITOR;

    struct Brand {
        Standing standing;
        uint8 roles;
        address key;
        uint64 epoch;
    }

    mapping(bytes32 brandId => Brand) private _brands;
    mapping(address key => bytes32 brandId) public brandOf;
    mapping(bytes32 motionId => mapping(bytes32 brandId => bool)) private _voted;
    mapping(bytes32 motionId => uint256) public votes;
    uint256 public activeCount;
    /// @dev Every change of membership starts a new term; votes of an earlier term no longer count.
    uint64 public term = 1;

    event BrandAdmitted(bytes32 indexed brandId, address key, uint8 roles);
    event StandingChanged(bytes32 indexed brandId, Standing standing);
    event KeyRotated(bytes32 indexed brandId, address key);
    event Voted(bytes32 indexed motionId, bytes32 indexed voter, bytes32 indexed brandId, Motion motion);

    error NotAMember(address caller);
    error KeyTaken(address key);
    error WrongStanding(bytes32 brandId, Standing standing);
    error WrongRoles(uint8 roles);
    error AlreadyVoted(bytes32 motionId, bytes32 brandId);
    error WrongFounders();

    /// @notice The founding members, all with every role.
    constructor(bytes32[] memory brandIds, address[] memory keys) {
        require(brandIds.length > 0 && brandIds.length == keys.length, WrongFounders());
        for (uint256 i = 0; i < brandIds.length; ++i) {
            _admit(brandIds[i], keys[i], ALL_ROLES);
        }
    }

    /// @notice What is known of a brand.
    function brand(bytes32 brandId) external view returns (Brand memory) {
        return _brands[brandId];
    }

    /// @notice Whether the brand is active and holds the role.
    function may(bytes32 brandId, uint8 role) public view returns (bool) {
        Brand storage known = _brands[brandId];
        return known.standing == Standing.Active && known.roles & role == role;
    }

    /// @notice Whether `key` is the current key of an active brand with the role.
    function keyMay(address key, bytes32 brandId, uint8 role) external view returns (bool) {
        return may(brandId, role) && _brands[brandId].key == key;
    }

    /// @notice Votes for a motion on `brandId`; with the vote that makes a majority it is carried out. `key` and `roles`
    /// matter for admission only and are part of what is voted on.
    function vote(Motion motion, bytes32 brandId, address key, uint8 roles) external {
        bytes32 voter = brandOf[msg.sender];
        require(voter != 0 && _brands[voter].standing == Standing.Active, NotAMember(msg.sender));
        _checkMotion(motion, brandId, key, roles);
        bytes32 motionId = keccak256(abi.encode(motion, brandId, key, roles, term));
        require(!_voted[motionId][voter], AlreadyVoted(motionId, voter));
        _voted[motionId][voter] = true;
        uint256 count = ++votes[motionId];
        emit Voted(motionId, voter, brandId, motion);
        if (count * 2 > activeCount) _carryOut(motion, brandId, key, roles);
    }

    /// @notice A member takes a new key; the old one is void from here on.
    function rotateKey(address newKey) external {
        bytes32 brandId = brandOf[msg.sender];
        require(brandId != 0, NotAMember(msg.sender));
        require(newKey != address(0) && brandOf[newKey] == 0, KeyTaken(newKey));
        delete brandOf[msg.sender];
        brandOf[newKey] = brandId;
        _brands[brandId].key = newKey;
        ++_brands[brandId].epoch;
        emit KeyRotated(brandId, newKey);
    }

    function _checkMotion(Motion motion, bytes32 brandId, address key, uint8 roles) private view {
        Standing now_ = _brands[brandId].standing;
        if (motion == Motion.Admit) {
            require(now_ == Standing.Unknown && brandId != 0, WrongStanding(brandId, now_));
            require(key != address(0) && brandOf[key] == 0, KeyTaken(key));
            require(roles != 0 && roles & ~ALL_ROLES == 0, WrongRoles(roles));
            return;
        }
        require(key == address(0) && roles == 0, WrongRoles(roles));
        if (motion == Motion.Suspend) require(now_ == Standing.Active, WrongStanding(brandId, now_));
        if (motion == Motion.Restore) require(now_ == Standing.Suspended, WrongStanding(brandId, now_));
        if (motion == Motion.Remove) {
            require(now_ == Standing.Active || now_ == Standing.Suspended, WrongStanding(brandId, now_));
        }
    }

    function _carryOut(Motion motion, bytes32 brandId, address key, uint8 roles) private {
        if (motion == Motion.Admit) {
            _admit(brandId, key, roles);
        } else {
            Standing next = motion == Motion.Suspend
                ? Standing.Suspended
                : motion == Motion.Restore ? Standing.Active : Standing.Removed;
            Brand storage known = _brands[brandId];
            if (known.standing == Standing.Active) --activeCount;
            if (next == Standing.Active) ++activeCount;
            known.standing = next;
            if (next == Standing.Removed) delete brandOf[known.key];
            emit StandingChanged(brandId, next);
        }
        ++term;
    }

    function _admit(bytes32 brandId, address key, uint8 roles) private {
        require(brandId != 0 && _brands[brandId].standing == Standing.Unknown, WrongFounders());
        require(key != address(0) && brandOf[key] == 0, KeyTaken(key));
        _brands[brandId] = Brand(Standing.Active, roles, key, 1);
        brandOf[key] = brandId;
        ++activeCount;
        emit BrandAdmitted(brandId, key, roles);
    }
}
