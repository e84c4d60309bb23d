/// All garments of one body shape, which layer hides which, and what of it goes into the files.
#pragma once

#include <memory>

#include "tools/mannequin/export.h"

namespace mannequin {

class Wardrobe {
 public:
  explicit Wardrobe(Shape shape);

  [[nodiscard]] const Body& body() const { return m_body; }
  [[nodiscard]] const std::vector<Garment>& garments() const { return m_garments; }
  [[nodiscard]] const Garment& garment(const std::string& name) const;

  /// The covers worn over a slot (the skin's is empty), in the order of their bits.
  [[nodiscard]] std::vector<const Cover*> covers_over(const std::string& slot) const;

  /// The bit of one cover among those over a slot; 0 when it is not among them.
  [[nodiscard]] std::uint32_t cover_bit(const std::string& slot, const std::string& cover) const;

  [[nodiscard]] SewnGarment sew_body(const TailorOptions& options) const;
  [[nodiscard]] SewnGarment sew(const Garment& garment, const TailorOptions& options) const;

  [[nodiscard]] ExportedModel body_model(const SewnGarment& meshes) const;
  [[nodiscard]] ExportedModel garment_model(const Garment& garment, const SewnGarment& meshes) const;

 private:
  void hide(SewnGarment& meshes, const std::string& slot) const;

  Body m_body;
  Tee m_tee;
  Trousers m_trousers;
  Jacket m_jacket;
  Dress m_dress;
  Sneakers m_sneakers;
  Hat m_hat;
  std::vector<Garment> m_garments;
};

/// One entry of garments.json.
[[nodiscard]] Json catalogue_entry(const Garment& garment, const SewnGarment& meshes);

}  // namespace mannequin
