#include "world-server/world/mall.h"

namespace world {
namespace {

std::string pointer_to(const char* list, std::size_t index) { return std::string(list) + "/" + std::to_string(index); }

/// Adds every item of a list; the first refusal ends it.
template <class Item, class Add>
proto::Status<MallError> add_all(const char* list, std::span<const Item> items, Add add) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const proto::Status<proto::CollisionStatus> added = add(items[i]);
    if (!added.ok()) return proto::fail(MallError{pointer_to(list, i), proto::to_text(added.error())});
  }
  return proto::Unit{};
}

}  // namespace

proto::Result<proto::CollisionWorld, MallError> compose_collision(const Mall& mall, std::span<const Box> displays) {
  if (displays.size() > kDisplayBoxesMax) {
    return proto::fail(MallError{"/display_boxes", "must have at most " + std::to_string(kDisplayBoxesMax) + " items"});
  }
  proto::CollisionBuilder builder;
  const auto add_box = [&builder](const Box& box) { return builder.add_box(box); };
  const proto::Status<MallError> parts[] = {
      add_all("/colliders/boxes", std::span(mall.boxes), add_box),
      add_all("/colliders/hulls", std::span(mall.hulls),
              [&builder](const Hull& hull) { return builder.add_hull(hull); }),
      add_all("/colliders/triangles", std::span(mall.triangles),
              [&builder](const Triangle& triangle) { return builder.add_triangle(triangle); }),
      add_all("/display_boxes", displays, add_box),
  };
  for (const auto& part : parts) {
    if (!part.ok()) return proto::fail(part.error());
  }
  for (std::uint32_t place = 0; place < mall.boutiques.size(); ++place) {
    const auto added = add_all((pointer_to("/boutiques", place) + "/entrances").c_str(),
                               std::span(mall.boutiques[place].entrances), [&builder, place](const Entrance& entrance) {
                                 return builder.add_door({entrance.door(), place});
                               });
    if (!added.ok()) return proto::fail(added.error());
  }
  auto built = std::move(builder).build();
  if (!built.ok()) return proto::fail(MallError{"/colliders", proto::to_text(built.error())});
  return std::move(built).value();
}

}  // namespace world
