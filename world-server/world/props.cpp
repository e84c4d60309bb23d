#include "world-server/world/props.h"

#include <btBulletDynamicsCommon.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "client-proto/core/check.h"

namespace world {
namespace {

constexpr int kSubsteps = 3;
constexpr btScalar kSubstep_s = btScalar(1) / btScalar(kTicksPerSecond * kSubsteps);
constexpr btScalar kGravity_mps2 = btScalar(-9.81);
/// How far from a prop's hull an avatar counts as near: a run's step and the capsule's own width.
constexpr float kReach_m = 1.0F;
/// An avatar that moved further in one tick was placed anew and hits nothing on the way.
constexpr float kTeleport_m = 1.5F;
constexpr std::uint16_t kNoPusher = 0xffff;

btVector3 to_bullet(Vec3 v) { return {v.x, v.y, v.z}; }
Vec3 from_bullet(const btVector3& v) { return {v.x(), v.y(), v.z()}; }

btTransform upright(Vec3 position, float yaw_rad) {
  return btTransform(btQuaternion(btVector3(0, 1, 0), yaw_rad), to_bullet(position));
}

/// A body with the shape that it owns.
struct Body {
  std::unique_ptr<btCollisionShape> shape;
  std::unique_ptr<btRigidBody> body;
};

struct PusherBody {
  Body parts;
  std::uint32_t avatar = 0;
  btVector3 feet;
  bool in_use = false;
  bool seen = false;
};

Body make_static(std::unique_ptr<btCollisionShape> shape, const btTransform& where) {
  btRigidBody::btRigidBodyConstructionInfo info(0, nullptr, shape.get());
  info.m_friction = btScalar(0.8);
  info.m_restitution = btScalar(0.5);
  Body result{std::move(shape), std::make_unique<btRigidBody>(info)};
  result.body->setWorldTransform(where);
  return result;
}

Body make_box(const Box& box) {
  return make_static(std::make_unique<btBoxShape>(to_bullet(box.half)), upright(box.center, box.yaw_rad));
}

Body make_hull(const Hull& points) {
  auto shape = std::make_unique<btConvexHullShape>();
  for (const Vec3 point : points) shape->addPoint(to_bullet(point), false);
  shape->recalcLocalAabb();
  return make_static(std::move(shape), btTransform::getIdentity());
}

Body make_prop(const PropPlan& plan) {
  std::unique_ptr<btCollisionShape> shape;
  if (plan.kind == PropKind::kSphere) {
    shape = std::make_unique<btSphereShape>(plan.half.x);
  } else {
    shape = std::make_unique<btBoxShape>(to_bullet(plan.half));
  }
  btVector3 inertia;
  shape->calculateLocalInertia(plan.mass_kg, inertia);
  btRigidBody::btRigidBodyConstructionInfo info(plan.mass_kg, nullptr, shape.get(), inertia);
  info.m_friction = btScalar(0.6);
  info.m_rollingFriction = btScalar(0.01);
  info.m_restitution = btScalar(0.5);
  info.m_linearDamping = btScalar(0.1);
  info.m_angularDamping = btScalar(0.2);
  return {std::move(shape), std::make_unique<btRigidBody>(info)};
}

}  // namespace

struct PropPhysics::Impl {
  btDefaultCollisionConfiguration configuration;
  btCollisionDispatcher dispatcher{&configuration};
  btDbvtBroadphase broadphase;
  btSequentialImpulseConstraintSolver solver;
  btDiscreteDynamicsWorld dynamics{&dispatcher, &broadphase, &solver, &configuration};

  std::vector<PropPlan> plans;
  Zone bounds;
  PusherShape pusher_shape;
  btTriangleMesh mesh;
  std::vector<Body> statics;
  std::vector<Body> extras;
  std::vector<Body> props;
  std::vector<float> prop_radius_m;
  std::vector<PropState> states;
  std::vector<PusherBody> pushers;
  std::vector<std::uint16_t> pusher_of_avatar;

  void add(std::vector<Body>& list, Body body) {
    dynamics.addRigidBody(body.body.get());
    list.push_back(std::move(body));
  }

  void remove_all(std::vector<Body>& list) {
    for (Body& body : list) dynamics.removeRigidBody(body.body.get());
    list.clear();
  }

  void add_mesh(const std::vector<Triangle>& triangles) {
    if (triangles.empty()) return;
    for (const Triangle& t : triangles) mesh.addTriangle(to_bullet(t.a), to_bullet(t.b), to_bullet(t.c));
    add(statics, make_static(std::make_unique<btBvhTriangleMeshShape>(&mesh, true), btTransform::getIdentity()));
  }

  void place(std::size_t i) {
    btRigidBody& body = *props[i].body;
    const btTransform where = upright(plans[i].position, plans[i].yaw_rad);
    body.setWorldTransform(where);
    body.setInterpolationWorldTransform(where);
    body.setLinearVelocity({0, 0, 0});
    body.setAngularVelocity({0, 0, 0});
    body.activate(true);
  }

  void add_prop(const PropPlan& plan) {
    Body body = make_prop(plan);
    btVector3 center;
    btScalar radius = 0;
    body.shape->getBoundingSphere(center, radius);
    prop_radius_m.push_back(radius);
    add(props, std::move(body));
    states.emplace_back();
    place(props.size() - 1);
  }

  void make_pushers() {
    pushers.resize(kPushersMax);
    for (PusherBody& pusher : pushers) {
      auto shape = std::make_unique<btCapsuleShape>(pusher_shape.radius_m,
                                                    std::max(0.01F, pusher_shape.height_m - 2 * pusher_shape.radius_m));
      pusher.parts = make_static(std::move(shape), btTransform::getIdentity());
      pusher.parts.body->setCollisionFlags(btCollisionObject::CF_KINEMATIC_OBJECT);
      pusher.parts.body->setActivationState(DISABLE_DEACTIVATION);
    }
  }

  [[nodiscard]] btTransform capsule_at(const btVector3& feet) const {
    return btTransform(btQuaternion::getIdentity(), feet + btVector3(0, pusher_shape.height_m / 2, 0));
  }

  /// Puts the capsule down without a velocity.
  void set_down(PusherBody& pusher, const btVector3& feet) const {
    pusher.feet = feet;
    pusher.parts.body->setWorldTransform(capsule_at(feet));
    pusher.parts.body->setInterpolationWorldTransform(capsule_at(feet));
  }

  PusherBody* pusher_for(std::uint32_t avatar, const btVector3& feet) {
    std::uint16_t& slot = pusher_of_avatar[avatar];
    if (slot != kNoPusher) return &pushers[slot];
    const auto free = std::find_if(pushers.begin(), pushers.end(), [](const PusherBody& p) { return !p.in_use; });
    if (free == pushers.end()) return nullptr;
    slot = static_cast<std::uint16_t>(free - pushers.begin());
    free->avatar = avatar;
    free->in_use = true;
    set_down(*free, feet);
    dynamics.addRigidBody(free->parts.body.get());
    return &*free;
  }

  void release_unseen() {
    for (PusherBody& pusher : pushers) {
      if (!pusher.in_use || pusher.seen) continue;
      dynamics.removeRigidBody(pusher.parts.body.get());
      pusher_of_avatar[pusher.avatar] = kNoPusher;
      pusher.in_use = false;
    }
  }

  void read_states() {
    for (std::size_t i = 0; i < props.size(); ++i) {
      const btRigidBody& body = *props[i].body;
      const btTransform& where = body.getWorldTransform();
      const btQuaternion rotation = where.getRotation();
      const Vec3 position = from_bullet(where.getOrigin());
      const bool finite = std::isfinite(position.x) && std::isfinite(position.y) && std::isfinite(position.z);
      if (!finite || !bounds.contains(position, prop_radius_m[i])) {
        place(i);
        continue;
      }
      states[i] = {position, {rotation.x(), rotation.y(), rotation.z(), rotation.w()}, !body.isActive()};
    }
  }
};

PropPhysics::PropPhysics(const Mall& mall, std::span<const Box> extra_boxes, PusherShape pusher,
                         std::uint32_t avatars_max)
    : m_impl(std::make_unique<Impl>()) {
  Impl& impl = *m_impl;
  impl.plans = mall.props;
  impl.bounds = mall.bounds;
  impl.pusher_shape = pusher;
  impl.pusher_of_avatar.assign(avatars_max, kNoPusher);
  impl.dynamics.setGravity({0, kGravity_mps2, 0});
  // Everything that is fixed never moves; without this Bullet would recompute each static box every step.
  impl.dynamics.setForceUpdateAllAabbs(false);
  for (const Box& box : mall.boxes) impl.add(impl.statics, make_box(box));
  for (const Hull& hull : mall.hulls) impl.add(impl.statics, make_hull(hull));
  impl.add_mesh(mall.triangles);
  set_extra_boxes(extra_boxes);
  for (const PropPlan& plan : mall.props) impl.add_prop(plan);
  impl.make_pushers();
  impl.read_states();
}

PropPhysics::~PropPhysics() {
  m_impl->release_unseen();
  for (PusherBody& pusher : m_impl->pushers) pusher.seen = false;
  m_impl->release_unseen();
  m_impl->remove_all(m_impl->props);
  m_impl->remove_all(m_impl->extras);
  m_impl->remove_all(m_impl->statics);
}

void PropPhysics::set_extra_boxes(std::span<const Box> boxes) {
  m_impl->remove_all(m_impl->extras);
  for (const Box& box : boxes) m_impl->add(m_impl->extras, make_box(box));
  for (Body& prop : m_impl->props) prop.body->activate(true);
}

void PropPhysics::step(std::span<const Pusher> pushers) {
  Impl& impl = *m_impl;
  const bool all_at_rest =
      std::all_of(impl.props.begin(), impl.props.end(), [](const Body& prop) { return !prop.body->isActive(); });
  if (pushers.empty() && all_at_rest) {
    for (PusherBody& pusher : impl.pushers) pusher.seen = false;
    impl.release_unseen();
    return;
  }
  std::array<btVector3, kPushersMax> from;
  std::array<btVector3, kPushersMax> target;
  for (PusherBody& pusher : impl.pushers) pusher.seen = false;
  for (const Pusher& wanted : pushers) {
    GALLERIA_CHECK(wanted.avatar < impl.pusher_of_avatar.size());
    const btVector3 feet = to_bullet(wanted.feet);
    PusherBody* pusher = impl.pusher_for(wanted.avatar, feet);
    if (pusher == nullptr) continue;
    if (feet.distance(pusher->feet) > kTeleport_m) impl.set_down(*pusher, feet);
    pusher->seen = true;
    const auto slot = static_cast<std::size_t>(pusher - impl.pushers.data());
    from[slot] = pusher->feet;
    target[slot] = feet;
    pusher->feet = feet;
  }
  impl.release_unseen();
  for (int substep = 1; substep <= kSubsteps; ++substep) {
    const btScalar share = btScalar(substep) / btScalar(kSubsteps);
    for (std::size_t slot = 0; slot < impl.pushers.size(); ++slot) {
      PusherBody& pusher = impl.pushers[slot];
      if (!pusher.in_use) continue;
      pusher.parts.body->setWorldTransform(impl.capsule_at(from[slot].lerp(target[slot], share)));
    }
    impl.dynamics.stepSimulation(kSubstep_s, 0, kSubstep_s);
  }
  impl.read_states();
}

std::size_t PropPhysics::count() const { return m_impl->props.size(); }

const PropState& PropPhysics::state(std::size_t index) const { return m_impl->states[index]; }

bool PropPhysics::is_near(Vec3 feet) const {
  for (std::size_t i = 0; i < m_impl->states.size(); ++i) {
    const Vec3& prop = m_impl->states[i].position;
    const float reach = m_impl->prop_radius_m[i] + m_impl->pusher_shape.radius_m + kReach_m;
    const float dx = feet.x - prop.x;
    const float dz = feet.z - prop.z;
    const float above = prop.y - feet.y;
    if (dx * dx + dz * dz < reach * reach && above > -reach && above < m_impl->pusher_shape.height_m + reach) {
      return true;
    }
  }
  return false;
}

}  // namespace world
