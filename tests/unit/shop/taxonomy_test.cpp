#include "shop/taxonomy.h"

#include <catch2/catch.hpp>

using namespace shop;

TEST_CASE("ids of the taxonomy are told from everything else") {
  for (const char* id : {"fr", "fr-7", "fr-7-1-1", "aa-1-10-2-11", "hg-17-3-4"}) {
    INFO(id);
    CHECK(is_category(id));
  }
  for (const char* text : {"", "f", "FR-7", "fr-", "fr-07", "fr--7", "fr-7-", "fr7", "7-fr", "fr-x", "fr-12345",
                           "fr -7", "gid://shopify/TaxonomyCategory/fr-7", "aa-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1"}) {
    INFO(text);
    CHECK_FALSE(is_category(text));
  }
}

TEST_CASE("a category lies in each branch above it, and in none that merely begins with the same digits") {
  CHECK(lies_in("fr-7-1-1", "fr"));
  CHECK(lies_in("fr-7-1-1", "fr-7-1"));
  CHECK(lies_in("fr-7-1-1", "fr-7-1-1"));
  CHECK_FALSE(lies_in("fr-7-1-1", "fr-7-1-1-1"));
  CHECK_FALSE(lies_in("fr-71", "fr-7"));
  CHECK_FALSE(lies_in("fr-7", ""));
  CHECK_FALSE(lies_in("", "fr"));
  CHECK(parent_of("fr-7-1") == "fr-7");
  CHECK(parent_of("fr").empty());
  CHECK(depth_of("fr-7-1") == 3);
  CHECK(depth_of("") == 0);
}
