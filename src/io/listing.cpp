#include "shoal/io/listing.hpp"

#include "crash_guard.hpp"
#include "hdf5_objects.hpp"

namespace shoal {

std::vector<ObjectInfo> list_objects(const std::string& path) {
  const CrashGuard guard(path);
  std::vector<ObjectInfo> listed;
  for (auto& object : hdf5::objects_of(hdf5::ReadFile(path), true))
    listed.push_back({object.path,
                      object.is_group,
                      object.type,
                      {object.dims.begin(), object.dims.end()},
                      std::move(object.attributes),
                      object.bytes});
  return listed;
}

}  // namespace shoal
