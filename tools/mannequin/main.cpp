// galleria-mannequin OUTDIR: writes avatar/ and garments/ below OUTDIR. tools/mannequin/make calls it.
// galleria-mannequin --measure: prints how much of what is worn underneath pokes through each garment, per clip.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "tools/mannequin/poke.h"
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

void measure_all() {
  using namespace mannequin;
  for (int shape = 0; shape < kShapes; shape++) {
    const Wardrobe wardrobe(static_cast<Shape>(shape));
    const std::vector<Clip> clips = bake_clips(wardrobe.body());
    const SewnGarment body = wardrobe.sew_body({});
    std::map<std::string, SewnGarment> sewn;
    for (const Garment& g : wardrobe.garments()) sewn.emplace(g.name, wardrobe.sew(g, {}));
    const auto print = [&](const std::string& outer, const std::string& inner, const Underneath& underneath) {
      std::printf("%d %-9s over %-9s", shape, outer.c_str(), inner.c_str());
      for (const Clip& clip : clips) {
        constexpr std::size_t kMoments = 8;
        const PokeThrough p = poke_through(wardrobe.body(), wardrobe.garment(outer), sewn.at(outer).near, underneath,
                                           moments(clip, kMoments));
        std::printf(" %s %.2f%%", clip.name.c_str(), 100 * p.share());
      }
      std::printf("\n");
      std::fflush(stdout);
    };
    for (const Garment& g : wardrobe.garments())
      print(g.name, "skin", {&body.near, {}, wardrobe.cover_bit("", g.name)});
    for (const char* inner : {"tee", "trousers", "dress"}) {
      const Garment& g = wardrobe.garment(inner);
      print("jacket", inner, {&sewn.at(inner).near, g.drape, wardrobe.cover_bit(g.slot, "jacket")});
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: galleria-mannequin OUTDIR | --measure\n";
    return 2;
  }
  try {
    if (std::string(argv[1]) == "--measure")
      measure_all();
    else
      make_all(argv[1]);
  } catch (const std::exception& e) {
    std::cerr << "galleria-mannequin: " << e.what() << "\n";
    return 1;
  }
  return 0;
}
