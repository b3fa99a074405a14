// What is said about the data of an output file: attributes, labels of dimensions, scales.
#include "output_state.hpp"

namespace shoal {

using hdf5::Handle;

void OutputFile::attribute(const std::string& object, const std::string& key, const AttributeValue& value) {
  const State& s = *state_;
  s.together([&] {
    const std::string what = "attribute " + key + " of " + object;
    const Handle owner(s.check(H5Oopen(s.file, object.c_str(), H5P_DEFAULT), what), H5Oclose);
    const auto put = [&](hid_t type, hid_t space, const void* data) {
      const Handle attribute(s.check(H5Acreate2(owner, key.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), what),
                             H5Aclose);
      s.check(H5Awrite(attribute, type, data), what);
    };
    if (const auto* text = std::get_if<std::string>(&value)) {
      const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
      H5Tset_size(type, text->size() + 1);
      H5Tset_cset(type, H5T_CSET_UTF8);
      put(type, space_of({}), text->c_str());
    } else if (const auto* number = std::get_if<double>(&value)) {
      put(H5T_IEEE_F64LE, space_of({}), number);
    } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      put(H5T_STD_I64LE, space_of({}), whole);
    } else if (const auto* numbers = std::get_if<std::vector<double>>(&value)) {
      put(H5T_IEEE_F64LE, space_of({numbers->size()}), numbers->data());
    } else {
      const auto& wholes = std::get<std::vector<std::int64_t>>(value);
      put(H5T_STD_I64LE, space_of({wholes.size()}), wholes.data());
    }
  });
}

void OutputFile::describe(const std::string& dataset, const std::string& units, const std::string& description) {
  if (!units.empty()) attribute(dataset, "units", units);
  attribute(dataset, "description", description);
}

void OutputFile::label_dimensions(const std::string& dataset, const std::vector<std::string>& names) {
  const State& s = *state_;
  s.together([&] {
    const std::string what = "dimension labels of " + dataset;
    const Handle handle(s.check(H5Dopen2(s.file, dataset.c_str(), H5P_DEFAULT), what), H5Dclose);
    s.check(hdf5::write_labels(handle, names), what);
  });
}

void OutputFile::attach_scale(const std::string& dataset, int dimension, const std::string& scale) {
  state_->scales.push_back({dataset, dimension, scale});
}

}  // namespace shoal
