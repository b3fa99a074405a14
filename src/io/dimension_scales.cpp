#include "dimension_scales.hpp"

#include <algorithm>
#include <cstring>

namespace shoal::hdf5 {
namespace {

herr_t write_attribute(hid_t object, const char* key, hid_t type, hid_t space, const void* value) {
  const Handle attribute(H5Acreate2(object, key, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  return attribute.valid() ? H5Awrite(attribute, type, value) : -1;
}

herr_t write_list(hid_t object, const char* key, hid_t type, hsize_t count, const void* values) {
  const Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
  return write_attribute(object, key, type, space, values);
}

herr_t write_word(hid_t object, const char* key, const std::string& word) {
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, word.size() + 1);
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  return write_attribute(object, key, type, space, word.c_str());
}

// Where a scale is used; zeroed as a whole, padding included, so that the file has no chance bytes.
struct Use {
  hobj_ref_t dataset;
  int dimension;
};

// The distinct names, in the order of their first use.
template <class Member>
std::vector<std::string> distinct(const std::vector<Attachment>& attachments, Member name) {
  std::vector<std::string> names;
  for (const auto& a : attachments)
    if (std::find(names.begin(), names.end(), a.*name) == names.end()) names.push_back(a.*name);
  return names;
}

herr_t write_dimension_list(hid_t file, const std::string& name, const std::vector<Attachment>& attachments) {
  const Handle dataset(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose);
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank <= 0) return -1;
  std::vector<hobj_ref_t> references(static_cast<std::size_t>(rank));
  std::vector<hvl_t> lists(references.size(), hvl_t{0, nullptr});
  for (const auto& a : attachments) {
    if (a.dataset != name) continue;
    const auto i = static_cast<std::size_t>(a.dimension);
    if (i >= references.size() || H5Rcreate(&references[i], file, a.scale.c_str(), H5R_OBJECT, -1) < 0) return -1;
    lists[i] = {1, &references[i]};
  }
  const Handle type(H5Tvlen_create(H5T_STD_REF_OBJ), H5Tclose);
  return write_list(dataset, "DIMENSION_LIST", type, lists.size(), lists.data());
}

herr_t write_reference_list(hid_t file, const std::string& name, const std::vector<Attachment>& attachments) {
  const Handle scale(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (write_word(scale, "CLASS", "DIMENSION_SCALE") < 0) return -1;
  if (write_word(scale, "NAME", name.substr(name.rfind('/') + 1)) < 0) return -1;
  std::vector<Use> uses;
  for (const auto& a : attachments) {
    if (a.scale != name) continue;
    Use use{};
    std::memset(&use, 0, sizeof use);
    use.dimension = a.dimension;
    if (H5Rcreate(&use.dataset, file, a.dataset.c_str(), H5R_OBJECT, -1) < 0) return -1;
    uses.push_back(use);
  }
  const Handle type(H5Tcreate(H5T_COMPOUND, sizeof(Use)), H5Tclose);
  H5Tinsert(type, "dataset", HOFFSET(Use, dataset), H5T_STD_REF_OBJ);
  H5Tinsert(type, "dimension", HOFFSET(Use, dimension), H5T_NATIVE_INT);
  return write_list(scale, "REFERENCE_LIST", type, uses.size(), uses.data());
}

}  // namespace

herr_t write_labels(hid_t dataset, const std::vector<std::string>& names) {
  std::vector<const char*> words;
  for (const auto& name : names) words.push_back(name.c_str());
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, H5T_VARIABLE);
  // Variable in length, as the specification wants it. Under MPI-IO that is safe for an attribute, which is metadata
  // and the same on all ranks; only datasets may not be so.
  return write_list(dataset, "DIMENSION_LABELS", type, words.size(), words.data());
}

herr_t write_scales(hid_t file, const std::vector<Attachment>& attachments) {
  for (const auto& name : distinct(attachments, &Attachment::dataset))
    if (write_dimension_list(file, name, attachments) < 0) return -1;
  for (const auto& name : distinct(attachments, &Attachment::scale))
    if (write_reference_list(file, name, attachments) < 0) return -1;
  return 0;
}

}  // namespace shoal::hdf5
