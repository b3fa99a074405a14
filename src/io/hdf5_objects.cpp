#include "hdf5_objects.hpp"

#include <algorithm>
#include <set>

#include "hdf5_types.hpp"

namespace shoal::hdf5 {
namespace {

constexpr int deepest = 100;
constexpr std::size_t most_objects = 100000;

struct Link {
  std::string name;
  H5L_type_t type;
};

// Names first, objects afterwards: no C++ exception may pass through H5Literate.
std::vector<Link> links_of(hid_t group) {
  std::vector<Link> links;
  hsize_t at = 0;
  H5Literate(
      group, H5_INDEX_NAME, H5_ITER_INC, &at,
      [](hid_t, const char* name, const H5L_info_t* info, void* into) -> herr_t {
        auto& found = *static_cast<std::vector<Link>*>(into);
        found.push_back({name, info->type});
        return found.size() >= most_objects ? 1 : 0;
      },
      &links);
  return links;
}

class Walk {
 public:
  Walk(const ReadFile& file, bool with_attributes) : file_(file), with_attributes_(with_attributes) {}

  void visit(hid_t group, const std::string& path, int depth) {
    for (const auto& [name, type] : links_of(group)) {
      if (objects.size() >= most_objects) return;
      Object object;
      object.path = path + "/" + name;
      if (type != H5L_TYPE_HARD) {
        object.type = type == H5L_TYPE_SOFT ? "soft link" : "external link";
        objects.push_back(object);
        continue;
      }
      const Handle handle(H5Oopen(group, name.c_str(), file_.links), H5Oclose);
      H5O_info_t info;
      if (!handle.valid() || H5Oget_info(handle, &info) < 0) {
        object.type = "damaged";
        objects.push_back(object);
        continue;
      }
      if (!visited_.insert(info.addr).second) continue;  // a second hard link, perhaps in a circle
      if (with_attributes_) object.attributes = attributes_of(handle);
      describe(handle, info.type, object);
      objects.push_back(object);
      if (object.is_group && depth < deepest) visit(handle, object.path, depth + 1);
    }
  }

  void note_root(hid_t root) {
    H5O_info_t info;
    if (H5Oget_info(root, &info) >= 0) visited_.insert(info.addr);
  }

  std::vector<Object> objects;

 private:
  static void describe(hid_t handle, H5O_type_t type, Object& object) {
    object.is_group = type == H5O_TYPE_GROUP;
    object.is_dataset = type == H5O_TYPE_DATASET;
    object.type = object.is_group ? "group" : "named type";
    if (!object.is_dataset) return;
    const Handle element(H5Dget_type(handle), H5Tclose);
    object.type = element.valid() ? type_text(element) : "damaged";
    object.bytes = static_cast<double>(H5Dget_storage_size(handle));
    try {
      object.dims = extent_of(handle, object.path);
    } catch (const std::exception&) {  // without an extent: listed without dims
    }
  }

  const ReadFile& file_;
  bool with_attributes_;
  std::set<haddr_t> visited_;
};

}  // namespace

std::vector<Object> objects_of(const ReadFile& file, bool with_attributes) {
  Walk walk(file, with_attributes);
  const Handle root(H5Oopen(file.id, "/", file.links), H5Oclose);
  if (!root.valid()) return {};
  walk.note_root(root);
  if (with_attributes) {
    Object top;
    top.path = "/";
    top.is_group = true;
    top.type = "group";
    top.attributes = attributes_of(root);
    walk.objects.push_back(top);
  }
  walk.visit(root, "", 0);
  return walk.objects;
}

}  // namespace shoal::hdf5
