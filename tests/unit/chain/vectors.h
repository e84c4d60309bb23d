/// Published vectors, where the machine has them (see tests/README of the project's own continuous integration).
#pragma once

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

inline std::optional<nlohmann::json> published_vectors(const std::string& path) {
  const char* source = std::getenv("GALLERIA_SOURCE");  // NOLINT(concurrency-mt-unsafe): tests have one thread
  if (source == nullptr) return std::nullopt;
  std::ifstream file(std::string(source) + "/../shared/data/vectors/" + path);
  if (!file) return std::nullopt;
  return nlohmann::json::parse(file);
}
