#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "shoal/core/matrix.hpp"
#include "shoal/report/picture.hpp"

namespace shoal {

/// A name and what is to be said of it, both as a reader sees them.
struct Fact {
  std::string name;
  std::string value;
};

/// One coordinate pair for each point: PCA scores, a t-SNE embedding.
struct PointMap {
  std::string id;    ///< "pca", "tsne": of files and elements
  std::string name;  ///< "PCA of the codes"
  std::string x_name, y_name;
  std::vector<float> x, y;  ///< (points)
};

/// y over x, such as inertia over the number of clusters.
struct Curve {
  std::string name;
  std::string x_name;
  std::vector<double> x, y;
};

/// Seconds of a phase over the ranks.
struct PhaseSeconds {
  std::string name;
  double min = 0, mean = 0, max = 0;
  std::int64_t slowest_rank = 0;
};

/// A point, its picture and, where there is a model, what the model makes of it.
struct Example {
  Index point = 0;
  Picture original;
  Picture reconstruction;
  double error = 0;  ///< of the reconstruction; 0 for members of clusters
};

/// The points of a cluster that lie nearest to and farthest from its centre, nearest first and farthest first.
struct ClusterMembers {
  Index cluster = 0;
  std::vector<Example> nearest, farthest;
};

/// What a report shows of a run: everything the pages and figures draw, whatever file it came from. Points are all rows
/// of the run, or, above RunLimits::points, every so manieth. Vectors that a run has nothing for are empty.
struct RunReport {
  std::string title;
  std::vector<Fact> summary, configuration, provenance;

  std::string loss_name;
  std::int64_t kept_epoch = 0;
  std::vector<double> epochs, training_loss, held_out_loss, learning_rate;

  Index rows = 0;                      ///< of the run
  std::vector<std::int64_t> row_of;    ///< (points): the row of each point; empty where point i is row i
  Index points = 0;                    ///< shown
  std::vector<PointMap> maps;          ///< each (points)
  std::vector<float> errors;           ///< (points), reconstruction error
  std::vector<float> distances;        ///< (points), to the centre of the point's cluster
  std::vector<std::int32_t> clusters;  ///< (points)
  std::vector<std::int32_t> classes;   ///< (points), index into class_values
  std::vector<std::int64_t> class_values;

  std::vector<double> explained_variance_ratio;
  std::vector<std::int64_t> cluster_sizes;             ///< (k), of all rows
  std::vector<std::vector<std::int64_t>> contingency;  ///< (classes, k), of all rows
  std::vector<std::int64_t> contingency_classes;       ///< (classes)
  std::vector<std::int64_t> class_of_cluster;          ///< (k): index into contingency_classes, -1 for none
  std::vector<double> inertia_trace;
  std::vector<Curve> cluster_choice;  ///< elbow and silhouette curves, where there are
  std::vector<PhaseSeconds> phases;

  Index thumbnail_side = 0;  ///< of a cell of the atlas, in pixels
  Index thumbnail_columns = 0;
  std::vector<Index> thumbnail_points;  ///< ascending; the points that have a thumbnail
  Picture thumbnails;                   ///< the atlas
  std::vector<Example> examples;        ///< by rising reconstruction error
  std::vector<ClusterMembers> members;  ///< of the largest clusters

  /// The row of a point.
  std::int64_t row(Index point) const { return row_of.empty() ? point : row_of[static_cast<std::size_t>(point)]; }
};

}  // namespace shoal
