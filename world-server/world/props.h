/// Things that can be pushed: rigid bodies simulated by Bullet among the mall's static colliders. Avatars push them as
/// kinematic capsules, and are never pushed back, so that the movement rule stays the same on server and client. The
/// result is the same for the same build and the same steps, but not between compilers: props are left out of the hash
/// that compares builds. While everything lies still and nobody is near, a step costs next to nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "world-server/world/mall.h"

namespace world {

/// Avatars that push at the same time; further ones pass through.
inline constexpr std::size_t kPushersMax = 64;

/// The feet of an avatar that may be near a prop.
struct Pusher {
  std::uint32_t avatar = 0;  ///< index, below `avatars_max`
  Vec3 feet;
};

struct PropState {
  Vec3 position;
  float rotation_xyzw[4]{0, 0, 0, 1};
  bool at_rest = true;
};

struct PusherShape {
  float radius_m = 0.3F;
  float height_m = 1.75F;
};

class PropPhysics {
 public:
  PropPhysics(const Mall& mall, std::span<const Box> extra_boxes, PusherShape pusher, std::uint32_t avatars_max);
  ~PropPhysics();
  PropPhysics(const PropPhysics&) = delete;
  PropPhysics& operator=(const PropPhysics&) = delete;

  /// Replaces the boxes that stand in the mall besides its own colliders; props keep their places.
  void set_extra_boxes(std::span<const Box> boxes);
  /// One world step of 50 ms.
  void step(std::span<const Pusher> pushers);

  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] const PropState& state(std::size_t index) const;
  /// True when an avatar with its feet there could touch a prop within this step.
  [[nodiscard]] bool is_near(Vec3 feet) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace world
