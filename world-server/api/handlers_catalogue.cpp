#include <string>
#include <utility>

#include "shop/catalogue_repo.h"
#include "shop/taxonomy.h"
#include "shop/uploads_repo.h"
#include "world-server/api/answers.h"
#include "world-server/api/commands.h"
#include "world-server/api/handlers.h"
#include "world-server/api/json_read.h"
#include "world-server/api/problem.h"

namespace world {
namespace {

using nlohmann::json;

constexpr double kSideMax_m = 20;

bool is_hex_colour(const std::string& text) {
  return text.size() == 7 && text[0] == '#' && text.find_first_not_of("0123456789abcdef", 1) == std::string::npos;
}

shop::Variant read_variant(const json& value, const std::string& pointer, std::vector<FieldError>& errors) {
  Fields fields(value, pointer, errors);
  shop::Variant variant;
  variant.size = fields.text("size", 0, 32);
  variant.price = fields.money("price");
  variant.stock = fields.integer("stock", 0, shop::kStockMax);
  const json& colour = fields.member("colour");
  if (!colour.is_null()) {
    Fields parts(colour, fields.pointer("colour"), errors);
    variant.colour = shop::Colour{parts.text("name", 1, 32), parts.text("hex", 7, 7)};
    if (!is_hex_colour(variant.colour->hex)) parts.complain("hex", "must look like #1a2b3c, in lower case");
    parts.finish();
  }
  fields.finish();
  return variant;
}

/// What the importer made of the upload that a member names; a complaint if there is no such piece.
json piece_of(Parts& parts, Fields& fields, const std::string& name, const json& value) {
  const auto upload = value.is_string() ? shop::uploads::upload(parts.db(), value.get<std::string>()) : std::nullopt;
  if (upload && upload->state == "ready") return json::parse(upload->piece);
  fields.complain(name, "must be the id of an upload whose state is ready");
  return {};
}

void read_wear(Parts& parts, Fields& product_fields, std::vector<FieldError>& errors, shop::Product& product) {
  const json& value = product_fields.member("wear", true);
  if (value.is_null()) return;
  Fields fields(value, product_fields.pointer("wear"), errors);
  shop::Wear wear;
  wear.slot = static_cast<std::uint8_t>(fields.integer("slot", 0, 4));
  for (const json& part : fields.array("hides", 0, 16)) {
    if (part.is_string() && part.get_ref<const std::string&>().size() <= 32) {
      wear.hides.push_back(part.get<std::string>());
    } else {
      fields.complain("hides", "must name body parts");
    }
  }
  const json& models = fields.array("models", wear.model_urls.size(), wear.model_urls.size());
  for (std::size_t shape = 0; shape < models.size(); ++shape) {
    const json piece = piece_of(parts, fields, "models/" + std::to_string(shape), models[shape]);
    if (piece.is_object()) wear.model_urls[shape] = piece.at("model_url").get<std::string>();
  }
  fields.finish();
  product.wear = std::move(wear);
}

void read_size(Fields& fields, const json& piece, shop::Product& product) {
  const bool said = fields.has("size_m");
  const json& size = said ? fields.array("size_m", 3, 3) : piece.at("size_m");
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double side_m = axis < size.size() && size[axis].is_number() ? size[axis].get<double>() : 0;
    if (side_m <= 0 || side_m > kSideMax_m) fields.complain("size_m", "must be three lengths in metres, up to 20");
    product.size_m[axis] = side_m;
  }
}

std::string read_category(Fields& fields) {
  std::string category = fields.optional_text("category", shop::kCategoryCharactersMax).value_or("");
  if (!category.empty() && !shop::is_category(category)) {
    fields.complain("category", "must be an id of the Standard Product Taxonomy, such as fr-7-1-1");
  }
  return category;
}

shop::Product read_product(Parts& parts, const json& body, std::vector<FieldError>& errors) {
  Fields fields(body, "", errors);
  shop::Product product;
  product.slug = fields.slug("slug", 64);
  product.brand = fields.slug("brand", 64);
  product.name = fields.text("name", 1, 80);
  product.description = fields.text("description", 0, 2000);
  product.author = fields.text("author", 1, 80);
  product.licence = fields.text("licence", 1, 80);
  product.category = read_category(fields);
  const json piece = piece_of(parts, fields, "model", fields.member("model"));
  if (piece.is_object()) {
    product.model_url = piece.at("model_url").get<std::string>();
    product.thumb_url = piece.at("thumb_url").get<std::string>();
    read_size(fields, piece, product);
  }
  read_wear(parts, fields, errors, product);
  const json& variants = fields.array("variants", 1, shop::kVariantsPerProductMax);
  for (std::size_t i = 0; i < variants.size(); ++i) {
    product.variants.push_back(read_variant(variants[i], fields.pointer("variants/" + std::to_string(i)), errors));
    for (std::size_t j = 0; j < i; ++j) {
      const bool same = product.variants[j].size == product.variants[i].size &&
                        product.variants[j].colour == product.variants[i].colour;
      if (same) fields.complain("variants/" + std::to_string(i), "repeats the size and colour of an earlier variant");
    }
  }
  fields.finish();
  return product;
}

}  // namespace

HttpResponse post_brand(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  Fields fields(call.body, "", errors);
  const shop::Brand brand{fields.slug("id", 64), fields.text("name", 1, 64), fields.slug("boutique", 64)};
  if (!parts.mall.boutique_ids.contains(brand.boutique)) fields.complain("boutique", "is no boutique of this mall");
  fields.finish();
  if (!errors.empty()) return invalid_members(errors);
  const auto receipt = run(parts, call, shop::AddBrand{brand});
  if (!receipt) return refused(receipt.error());
  return ok_json({{"id", brand.id}, {"name", brand.name}, {"boutique", brand.boutique}}, receipt->repeated ? 200 : 201);
}

HttpResponse post_product(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  const shop::Product product = read_product(parts, call.body, errors);
  if (!errors.empty()) return invalid_members(errors);
  const auto receipt = run(parts, call, shop::AddProduct{product});
  if (!receipt) return refused(receipt.error());
  const auto id = static_cast<shop::ProductId>(std::stoul(receipt->reference));
  return ok_json(product_json(*shop::catalogue::product(parts.db(), id)), receipt->repeated ? 200 : 201);
}

HttpResponse post_placement(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  Fields fields(call.body, "", errors);
  shop::Placement placement;
  placement.display = static_cast<shop::DisplayId>(fields.integer("display", 1, INT32_MAX));
  placement.product = static_cast<shop::ProductId>(fields.integer("product_id", 1, INT32_MAX));
  if (!parts.mall.displays.contains(placement.display)) fields.complain("display", "is no display of this mall");
  fields.finish();
  if (!errors.empty()) return invalid_members(errors);
  const auto receipt = run(parts, call, shop::PlaceProduct{placement});
  if (!receipt) return refused(receipt.error());
  return ok_json({{"display", placement.display}, {"product_id", placement.product}}, receipt->repeated ? 200 : 201);
}

HttpResponse post_stock(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  Fields fields(call.body, "", errors);
  const auto variant = static_cast<shop::VariantId>(fields.integer("variant_id", 1, INT32_MAX));
  const std::int64_t delta = fields.integer("delta", -shop::kStockMax, shop::kStockMax);
  fields.finish();
  if (!errors.empty()) return invalid_members(errors);
  const auto receipt = run(parts, call, shop::ChangeStock{variant, delta});
  if (!receipt) return refused(receipt.error());
  return ok_json({{"variant_id", variant}, {"stock", shop::catalogue::variant(parts.db(), variant)->stock}});
}

}  // namespace world
