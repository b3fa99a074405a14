// Ends with 0 when two datasets, or all that is in two groups, are the same bit for bit; prints what differs otherwise.
//   same_data A.npy B.h5:/images          element type, shape and elements
//   same_data A.npy B.h5:/images 1e-5     shape, and elements that differ by this much at most, of any types
//   same_data A.h5:/pca/ B.h5:/pca/       every object below the group: its name, type, shape, elements and attributes
#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

#include "shoal/core/error.hpp"
#include "shoal/io/dataset.hpp"
#include "shoal/io/listing.hpp"

namespace {

using namespace shoal;

int differences = 0;

void expect_same(const std::string& what, const std::string& a, const std::string& b) {
  if (a == b) return;
  std::cout << what << " differs: '" << a << "' and '" << b << "'\n";
  ++differences;
}

void compare_datasets(const std::string& a, const std::string& b) {
  const DatasetInfo first = open_dataset(a), second = open_dataset(b);
  const std::string what = a + " against " + b;
  expect_same("type of " + what, name_of(first.type), name_of(second.type));
  expect_same("shape of " + what, shape_text(first.dims), shape_text(second.dims));
  if (differences > 0) return;
  const RowData rows = read_rows(first, 0, first.rows()), others = read_rows(second, 0, second.rows());
  if (rows.bytes == others.bytes) return;
  const auto at = std::mismatch(rows.bytes.begin(), rows.bytes.end(), others.bytes.begin()).first - rows.bytes.begin();
  const Index element = at / static_cast<Index>(size_of(first.type));
  const Index row = element / rows.width, column = element % rows.width;
  expect_same("element (" + std::to_string(row) + ", " + std::to_string(column) + ") of " + what,
              std::to_string(rows.at(row, column)), std::to_string(others.at(row, column)) + " (other bits)");
}

void compare_closely(const std::string& a, const std::string& b, double tolerance) {
  const DatasetInfo first = open_dataset(a), second = open_dataset(b);
  expect_same("shape of " + a + " against " + b, shape_text(first.dims), shape_text(second.dims));
  if (differences > 0) return;
  const RowData rows = read_rows(first, 0, first.rows()), others = read_rows(second, 0, second.rows());
  for (Index row = 0; row < rows.count; ++row)
    for (Index column = 0; column < rows.width; ++column)
      if (!(std::abs(rows.at(row, column) - others.at(row, column)) <= tolerance) && differences < 5)
        expect_same("element (" + std::to_string(row) + ", " + std::to_string(column) + ") of " + a + " against " + b,
                    std::to_string(rows.at(row, column)), std::to_string(others.at(row, column)) + " (too far)");
}

struct Group {
  std::string file, path;
};

Group group_of(const std::string& name) {
  const auto colon = name.rfind(':');
  return {name.substr(0, colon), name.substr(colon + 1, name.size() - colon - 2)};  // "/pca", and "" for the root
}

std::map<std::string, ObjectInfo> objects_below(const Group& group) {
  std::map<std::string, ObjectInfo> found;
  for (const ObjectInfo& object : list_objects(group.file))
    if (object.path == group.path || group.path.empty() || object.path.starts_with(group.path + "/"))
      found.emplace(object.path.substr(group.path.size()), object);
  return found;
}

// References between dimension scales are addresses in the file, and the list of those who use a scale has no order.
bool is_reference(const std::string& attribute) {
  return attribute == "DIMENSION_LIST" || attribute == "REFERENCE_LIST";
}

std::string attributes_of(const ObjectInfo& object) {
  std::string text;
  for (const auto& [key, value] : object.attributes)
    if (!is_reference(key)) text += key + " = " + value + "; ";
  return text;
}

void compare_groups(const Group& a, const Group& b) {
  const auto first = objects_below(a), second = objects_below(b);
  if (first.empty()) expect_same("content of " + a.file + ":" + a.path, "nothing", "something");
  for (const auto& [name, object] : second)
    if (!first.contains(name)) expect_same(a.file + ":" + a.path + name, "missing", "there in " + b.file);
  for (const auto& [name, object] : first) {
    const auto other = second.find(name);
    if (other == second.end()) {
      expect_same(b.file + ":" + b.path + name, "there in " + a.file, "missing");
      continue;
    }
    expect_same("attributes of " + a.path + name, attributes_of(object), attributes_of(other->second));
    if (!object.group && !object.dims.empty())
      compare_datasets(a.file + ":" + a.path + name, b.file + ":" + b.path + name);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::cerr << "same_data A B [TOLERANCE]\n";
    return 2;
  }
  const std::string a = argv[1], b = argv[2];
  try {
    if (argc == 4)
      compare_closely(a, b, std::stod(argv[3]));
    else if (a.ends_with('/') && b.ends_with('/'))
      compare_groups(group_of(a), group_of(b));
    else
      compare_datasets(a, b);
  } catch (const Error& error) {
    std::cout << "same_data: " << error.what() << "\n  hint: " << error.hint() << "\n";
    return 2;
  }
  return differences == 0 ? 0 : 1;
}
