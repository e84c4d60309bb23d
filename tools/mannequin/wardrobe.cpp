#include "tools/mannequin/wardrobe.h"

#include "client-proto/core/check.h"

namespace mannequin {
namespace {

/// Garments of a higher layer hide what lies under them in lower ones. Hat and shoes only hide skin.
int layer_of(const std::string& slot) {
  if (slot == "outer") return 3;
  if (slot == "legs") return 2;
  if (slot == "top") return 1;
  return 0;
}
bool is_skin(const std::string& slot) { return slot.empty(); }

}  // namespace

Wardrobe::Wardrobe(Shape shape)
    : m_body(shape),
      m_tee(m_body),
      m_trousers(m_body),
      m_jacket(m_body, m_tee, m_trousers),
      m_dress(m_body),
      m_sneakers(m_body),
      m_hat(m_body) {
  m_garments = {m_jacket.garment(), m_trousers.garment(), m_sneakers.garment(),
                m_hat.garment(),    m_tee.garment(),      m_dress.garment()};
}

const Garment& Wardrobe::garment(const std::string& name) const {
  const auto found =
      std::find_if(m_garments.begin(), m_garments.end(), [&](const Garment& g) { return g.name == name; });
  GALLERIA_CHECK(found != m_garments.end());
  return *found;
}

std::vector<const Cover*> Wardrobe::covers_over(const std::string& slot) const {
  std::vector<const Cover*> covers;
  for (const Garment& g : m_garments) {
    const bool hides = is_skin(slot) || (layer_of(slot) > 0 && layer_of(g.slot) > layer_of(slot));
    if (!hides) continue;
    for (const Cover& c : g.covers) covers.push_back(&c);
  }
  return covers;
}

std::uint32_t Wardrobe::cover_bit(const std::string& slot, const std::string& cover) const {
  const std::vector<const Cover*> covers = covers_over(slot);
  for (std::size_t k = 0; k < covers.size(); k++)
    if (covers[k]->name == cover) return 1u << k;
  return 0;
}

void Wardrobe::hide(SewnGarment& meshes, const std::string& slot) const {
  hide_covered(meshes.near, covers_over(slot), is_skin(slot));
  hide_covered(meshes.far, covers_over(slot), is_skin(slot));
}

SewnGarment Wardrobe::sew_body(const TailorOptions& options) const {
  SewnGarment grown = grow_body(m_body, options);
  hide(grown, "");
  return grown;
}

SewnGarment Wardrobe::sew(const Garment& garment, const TailorOptions& options) const {
  SewnGarment sewn = mannequin::sew(garment, m_body, options);
  hide(sewn, garment.slot);
  return sewn;
}

ExportedModel Wardrobe::body_model(const SewnGarment& meshes) const {
  ExportedModel model;
  model.name = "avatar";
  model.meshes = &meshes;
  model.materials = {skin_material()};
  for (const Cover* c : covers_over("")) model.covers.push_back(c->name);
  model.clips = bake_clips(m_body);
  model.fine_normals = true;
  return model;
}

ExportedModel Wardrobe::garment_model(const Garment& garment, const SewnGarment& meshes) const {
  ExportedModel model;
  model.name = garment.name;
  model.meshes = &meshes;
  model.materials = garment.materials;
  model.drape = garment.drape;
  for (const Cover* c : covers_over(garment.slot)) model.covers.push_back(c->name);
  return model;
}

Json catalogue_entry(const Garment& garment, const SewnGarment& meshes) {
  Vec3 low{1e9, 1e9, 1e9}, high{-1e9, -1e9, -1e9};
  for (const SewnPanel& panel : meshes.near.panels)
    for (const Vec3& p : panel.mesh.points) {
      low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
      high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
    }
  const auto millimetres = [](double v) { return std::round(v * 1000) / 1000; };
  const auto hex = [](std::uint32_t srgb) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text = "#";
    for (int shift = 20; shift >= 0; shift -= 4) text += kDigits[(srgb >> shift) & 15];
    return text;
  };
  Json hides = Json::array(), colours = Json::array(), models = Json::array();
  for (const Cover& c : garment.covers) hides.push_back(c.name);
  for (const std::string& slot : garment.hides_slots) hides.push_back(slot);
  for (const Colour& c : garment.colours) colours.push_back({{"name", c.name}, {"hex", hex(c.srgb)}});
  for (int shape = 0; shape < kShapes; shape++) models.push_back(garment.name + "-" + std::to_string(shape) + ".glb");
  return {{"name", garment.name},
          {"title", garment.title},
          {"slot", garment.slot},
          {"hides", hides},
          {"colours", colours},
          {"models", models},
          {"description", garment.description},
          {"care", garment.care},
          {"sheen", garment.materials.front().sheen},
          {"size_m", {millimetres(high.x - low.x), millimetres(high.y - low.y), millimetres(high.z - low.z)}}};
}

}  // namespace mannequin
