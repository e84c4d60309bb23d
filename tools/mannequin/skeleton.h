/// The skeleton that bodies and garments share: 21 joints with the names of VRM's humanoid. Every joint rests
/// unrotated, so a pose is one rotation per joint and the place of the hips. The rest pose has the arms half lowered,
/// because that is how clothes are seen most.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "tools/mannequin/vec.h"

namespace mannequin {

constexpr std::size_t kJoints = 21;

enum Joint : std::size_t {
  kHips,
  kSpine,
  kChest,
  kNeck,
  kHead,
  kLeftShoulder,
  kLeftUpperArm,
  kLeftLowerArm,
  kLeftHand,
  kLeftUpperLeg,
  kLeftLowerLeg,
  kLeftFoot,
  kLeftToes,
  kRightShoulder,
};
/// A right joint is its left partner plus this.
constexpr std::size_t kRightOffset = kRightShoulder - kLeftShoulder;

constexpr std::array<std::string_view, kJoints> kJointNames = {
    "hips",          "spine",         "chest",        "neck",          "head",          "leftShoulder", "leftUpperArm",
    "leftLowerArm",  "leftHand",      "leftUpperLeg", "leftLowerLeg",  "leftFoot",      "leftToes",     "rightShoulder",
    "rightUpperArm", "rightLowerArm", "rightHand",    "rightUpperLeg", "rightLowerLeg", "rightFoot",    "rightToes"};
constexpr std::size_t kNoParent = kJoints;
constexpr std::array<std::size_t, kJoints> kJointParents = {kNoParent, 0,  1, 2,  3,  2,  5, 6,  7,  0, 9,
                                                            10,        11, 2, 13, 14, 15, 0, 17, 18, 19};

/// Where each joint is at rest, in the avatar's space.
using RestPositions = std::array<Vec3, kJoints>;
using JointWeights = std::array<double, kJoints>;

/// One moment of a movement.
struct Pose {
  Vec3 hips;
  std::array<Quat, kJoints> rotations{};
};

/// What a pose does to a point that moves with a joint: p -> rotate(rotation, p - rest) + position.
struct JointFrame {
  Quat rotation;
  Vec3 rest;
  Vec3 position;
};
using JointFrames = std::array<JointFrame, kJoints>;

inline JointFrames joint_frames(const RestPositions& rest, const Pose& pose) {
  JointFrames frames;
  for (std::size_t j = 0; j < kJoints; j++) {
    frames[j].rest = rest[j];
    const std::size_t parent = kJointParents[j];
    if (parent == kNoParent) {
      frames[j].rotation = pose.rotations[j];
      frames[j].position = pose.hips;
    } else {
      frames[j].rotation = frames[parent].rotation * pose.rotations[j];
      frames[j].position = frames[parent].position + rotate(frames[parent].rotation, rest[j] - rest[parent]);
    }
  }
  return frames;
}

}  // namespace mannequin
