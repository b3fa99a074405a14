#include "shoal/io/result_file.hpp"

#include "crash_guard.hpp"
#include "hdf5_file.hpp"
#include "hdf5_objects.hpp"
#include "hdf5_types.hpp"
#include "shape_check.hpp"
#include "shoal/core/text.hpp"

namespace shoal {

struct ResultFile::State {
  hdf5::ReadFile file;

  // Nothing of HDF5 is called outside of a guard, not even to close.
  static hdf5::ReadFile opened(const std::string& path) {
    const CrashGuard guard(path);
    return hdf5::ReadFile(path);
  }
  ~State() {
    const CrashGuard guard(file.path);
    file.id = {};
  }

  Error refused(const std::string& name, const std::string& what) const {
    return input_error("'" + file.path + ":" + name + "' " + what, "Is this a file that shoal wrote?");
  }

  void require_numbers(hid_t type, const std::string& name, bool whole) const {
    const auto element = type >= 0 ? hdf5::element_type_of(type) : std::nullopt;
    if (!element || (whole && is_floating(*element)))
      throw refused(name, "holds " + (type >= 0 ? hdf5::type_text(type) : "nothing readable") + " where " +
                              (whole ? "integers" : "numbers") + " are expected");
  }

  template <class T>
  std::vector<T> read(const std::string& name, hid_t memory_type, bool whole) const {
    const CrashGuard guard(file.path);
    const hdf5::Handle dataset = file.open_dataset(name);
    const hdf5::Handle type(H5Dget_type(dataset), H5Tclose);
    require_numbers(type, name, whole);
    const auto count = product_or_minus_one(hdf5::extent_of(dataset, file.path + ":" + name), 1);
    hdf5::require_stored(file, dataset, file.path + ":" + name);
    std::vector<T> values(static_cast<std::size_t>(count));
    if (count > 0 && H5Dread(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
      throw refused(name, "cannot be read: " + hdf5::innermost_message());
    return values;
  }

  hdf5::Handle open_attribute(const std::string& object, const std::string& key) const {
    const hdf5::Handle owner = file.open(object);
    hdf5::Handle attribute;
    if (H5Aexists(owner, key.c_str()) > 0) attribute = hdf5::Handle(H5Aopen(owner, key.c_str(), H5P_DEFAULT), H5Aclose);
    if (!attribute.valid()) throw refused(object, "has no attribute '" + key + "'");
    return attribute;
  }

  template <class T>
  std::vector<T> attribute(const std::string& object, const std::string& key, hid_t memory_type, bool whole) const {
    const CrashGuard guard(file.path);
    const hdf5::Handle attribute = open_attribute(object, key);
    const hdf5::Handle type(H5Aget_type(attribute), H5Tclose);
    const hdf5::Handle space(H5Aget_space(attribute), H5Sclose);
    require_numbers(type, object + " @" + key, whole);
    const hssize_t count = space.valid() ? H5Sget_simple_extent_npoints(space) : -1;
    constexpr hssize_t most = 1 << 20;
    if (count < 0 || count > most) throw refused(object, "has a damaged attribute '" + key + "'");
    std::vector<T> values(static_cast<std::size_t>(count));
    if (count > 0 && H5Aread(attribute, memory_type, values.data()) < 0)
      throw refused(object, "has an unreadable attribute '" + key + "': " + hdf5::innermost_message());
    return values;
  }

  template <class T>
  T only(const std::vector<T>& values, const std::string& object, const std::string& key) const {
    if (values.size() != 1)
      throw refused(object,
                    "has " + format_count(std::ssize(values)) + " values in its attribute '" + key + "', not one");
    return values.front();
  }
};

ResultFile::ResultFile(const std::string& path) : state_(new State{State::opened(path)}) {}
ResultFile::~ResultFile() = default;
ResultFile::ResultFile(ResultFile&&) noexcept = default;
ResultFile& ResultFile::operator=(ResultFile&&) noexcept = default;

const std::string& ResultFile::path() const {
  return state_->file.path;
}

bool ResultFile::has(const std::string& name) const {
  const CrashGuard guard(path());
  return state_->file.has(name);
}

std::vector<Index> ResultFile::dims(const std::string& name) const {
  const CrashGuard guard(path());
  const hdf5::Handle dataset = state_->file.open_dataset(name);
  const auto extent = hdf5::extent_of(dataset, path() + ":" + name);
  hdf5::require_stored(state_->file, dataset, path() + ":" + name);
  return {extent.begin(), extent.end()};
}

std::vector<double> ResultFile::doubles(const std::string& name) const {
  return state_->read<double>(name, H5T_NATIVE_DOUBLE, false);
}
std::vector<float> ResultFile::floats(const std::string& name) const {
  return state_->read<float>(name, H5T_NATIVE_FLOAT, false);
}
std::vector<std::int64_t> ResultFile::integers(const std::string& name) const {
  return state_->read<std::int64_t>(name, H5T_NATIVE_INT64, true);
}

bool ResultFile::has_attribute(const std::string& object, const std::string& key) const {
  const CrashGuard guard(path());
  return has(object) && H5Aexists(state_->file.open(object), key.c_str()) > 0;
}

std::string ResultFile::text_attribute(const std::string& object, const std::string& key) const {
  const CrashGuard guard(path());
  std::string text;
  if (!hdf5::read_text(state_->open_attribute(object, key), text))
    throw state_->refused(object, "has no text in its attribute '" + key + "'");
  return text;
}

double ResultFile::number_attribute(const std::string& object, const std::string& key) const {
  return state_->only(numbers_attribute(object, key), object, key);
}

std::int64_t ResultFile::integer_attribute(const std::string& object, const std::string& key) const {
  return state_->only(state_->attribute<std::int64_t>(object, key, H5T_NATIVE_INT64, true), object, key);
}

std::vector<double> ResultFile::numbers_attribute(const std::string& object, const std::string& key) const {
  return state_->attribute<double>(object, key, H5T_NATIVE_DOUBLE, false);
}

}  // namespace shoal
