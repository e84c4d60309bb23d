#include "client-proto/move/doors.h"

#include "client-proto/move/capsule.h"

namespace proto {

bool is_shut_for(const Shape& door, Vec3 feet) {
  const Vec3 from_middle = feet - door.a;
  const float outwards = from_middle.x * door.sin + from_middle.z * door.cos;
  return outwards > door.b.z && separation(door, feet).distance_m > 0;
}

}  // namespace proto
