#include "shoal/core/snapshot.hpp"

#include <algorithm>
#include <cstring>

#include "shoal/core/error.hpp"

namespace shoal {
namespace {

template <class T>
constexpr ElementType type_of = ElementType::uint8;
template <>
constexpr ElementType type_of<double> = ElementType::float64;
template <>
constexpr ElementType type_of<float> = ElementType::float32;
template <>
constexpr ElementType type_of<std::int64_t> = ElementType::int64;

template <class T>
Snapshot::Array array_of(std::span<const T> values) {
  const auto bytes = std::as_bytes(values);
  return {type_of<T>, {bytes.begin(), bytes.end()}};
}

Error mismatch(const std::string& name, const std::string& what) {
  return input_error("the checkpoint's \"" + name + "\" " + what,
                     "it is of another version of the program, or of other options: remove it to start anew");
}

}  // namespace

void Snapshot::put(const std::string& name, std::span<const double> values) {
  arrays_[name] = array_of(values);
}
void Snapshot::put(const std::string& name, std::span<const float> values) {
  arrays_[name] = array_of(values);
}
void Snapshot::put(const std::string& name, std::span<const std::int64_t> values) {
  arrays_[name] = array_of(values);
}
void Snapshot::put(const std::string& name, const std::string& text) {
  arrays_[name] = array_of(std::span<const char>(text));
}

template <class T>
std::vector<T> Snapshot::values(const std::string& name) const {
  const auto found = arrays_.find(name);
  if (found == arrays_.end()) throw mismatch(name, "is missing");
  if (found->second.type != type_of<T>) throw mismatch(name, "holds numbers of another type");
  if (found->second.bytes.size() % sizeof(T) != 0) throw mismatch(name, "does not hold whole numbers");
  std::vector<T> all(found->second.bytes.size() / sizeof(T));
  if (!all.empty()) std::memcpy(all.data(), found->second.bytes.data(), all.size() * sizeof(T));
  return all;
}

std::vector<double> Snapshot::doubles(const std::string& name) const {
  return values<double>(name);
}
std::vector<float> Snapshot::floats(const std::string& name) const {
  return values<float>(name);
}
std::vector<std::int64_t> Snapshot::integers(const std::string& name) const {
  return values<std::int64_t>(name);
}
std::string Snapshot::text(const std::string& name) const {
  const auto all = values<char>(name);
  return {all.begin(), all.end()};
}

double Snapshot::number(const std::string& name) const {
  const auto all = doubles(name);
  if (all.size() != 1) throw mismatch(name, "holds " + std::to_string(all.size()) + " numbers, not one");
  return all.front();
}

std::int64_t Snapshot::integer(const std::string& name) const {
  const auto all = integers(name);
  if (all.size() != 1) throw mismatch(name, "holds " + std::to_string(all.size()) + " numbers, not one");
  return all.front();
}

namespace {

template <class T>
void copy_to(const std::vector<T>& from, const std::string& name, std::span<T> to) {
  if (from.size() != to.size())
    throw mismatch(name, "holds " + std::to_string(from.size()) + " numbers, not " + std::to_string(to.size()));
  std::copy(from.begin(), from.end(), to.begin());
}

}  // namespace

void Snapshot::copy(const std::string& name, std::span<double> values) const {
  copy_to(doubles(name), name, values);
}
void Snapshot::copy(const std::string& name, std::span<float> values) const {
  copy_to(floats(name), name, values);
}
void Snapshot::copy(const std::string& name, std::span<std::int64_t> values) const {
  copy_to(integers(name), name, values);
}

void Snapshot::put_part(const std::string& prefix, const Snapshot& part) {
  std::erase_if(arrays_, [begin = prefix + "/"](const auto& entry) { return entry.first.starts_with(begin); });
  for (const auto& [name, array] : part.arrays_) arrays_[prefix + "/" + name] = array;
}

Snapshot Snapshot::part(const std::string& prefix) const {
  Snapshot result;
  const std::string begin = prefix + "/";
  for (const auto& [name, array] : arrays_)
    if (name.starts_with(begin)) result.arrays_[name.substr(begin.size())] = array;
  return result;
}

}  // namespace shoal
