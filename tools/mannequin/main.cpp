// galleria-mannequin OUTDIR: writes avatar/ and garments/ below OUTDIR. tools/mannequin/make calls it.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tools/mannequin/wardrobe.h"

namespace {

namespace fs = std::filesystem;

void write_file(const fs::path& path, const void* data, std::size_t size) {
  std::ofstream file(path, std::ios::binary);
  file.write(static_cast<const char*>(data), static_cast<std::streamsize>(size));
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path.string());
}

class Progress {
 public:
  void say(const std::string& what, const mannequin::SewnGarment& meshes, std::size_t bytes) {
    const auto now = std::chrono::steady_clock::now();
    std::printf("%-12s near %6zu far %5zu triangles %7zu bytes %6.2f s\n", what.c_str(), meshes.near.triangles(),
                meshes.far.triangles(), bytes, std::chrono::duration<double>(now - m_last).count());
    std::fflush(stdout);
    m_last = now;
  }

 private:
  std::chrono::steady_clock::time_point m_last = std::chrono::steady_clock::now();
};

void make_all(const fs::path& out) {
  fs::create_directories(out / "avatar");
  fs::create_directories(out / "garments");
  Progress progress;
  mannequin::Json catalogue;
  for (int shape = 0; shape < mannequin::kShapes; shape++) {
    const mannequin::Wardrobe wardrobe(static_cast<mannequin::Shape>(shape));
    const auto write = [&](const fs::path& folder, const mannequin::ExportedModel& model) {
      const std::vector<std::uint8_t> glb = mannequin::to_glb(model, wardrobe.body());
      const std::string file = model.name + "-" + std::to_string(shape);
      write_file(out / folder / (file + ".glb"), glb.data(), glb.size());
      progress.say(file, *model.meshes, glb.size());
    };
    const mannequin::SewnGarment body = wardrobe.sew_body({});
    write("avatar", wardrobe.body_model(body));
    for (const mannequin::Garment& garment : wardrobe.garments()) {
      const mannequin::SewnGarment sewn = wardrobe.sew(garment, {});
      write("garments", wardrobe.garment_model(garment, sewn));
      if (shape == 0) catalogue["garments"].push_back(mannequin::catalogue_entry(garment, sewn));
    }
  }
  const std::string text = catalogue.dump(1) + "\n";
  write_file(out / "garments" / "garments.json", text.data(), text.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: galleria-mannequin OUTDIR\n";
    return 2;
  }
  try {
    make_all(argv[1]);
  } catch (const std::exception& e) {
    std::cerr << "galleria-mannequin: " << e.what() << "\n";
    return 1;
  }
  return 0;
}
