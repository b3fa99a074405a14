#pragma once
#include <array>
#include <memory>
#include <span>

#include "shoal/core/lanes.hpp"
#include "shoal/core/order_free.hpp"
#include "shoal/core/random.hpp"
#include "shoal/nn/layer_spec.hpp"

namespace shoal {

/// Which kernels a layer uses: the fastest that the processor has; only those in vectors of floats, which run anywhere;
/// or the plain loops that say what they compute (in double, rounded once).
enum class Engine { fast, vector, reference };

/// The names of the enumerators, in their order.
inline constexpr std::array<const char*, 3> engine_names{"fast", "vector", "reference"};

/// Which samples a lane group holds in training, for layers that draw random numbers: every draw is a function of the
/// seed, the epoch, the sample's global row and the layer, never of who computes it.
struct GroupDraws {
  std::uint64_t seed = 0;
  std::uint64_t epoch = 0;
  std::array<Index, lane_count> rows{};
};

/// A differentiable function of (parameters, input) for one *lane group*: 16 samples side by side, the sample index
/// fastest. An activation of shape (c, h, w) is c*h*w `Lanes`, channel by channel, row by row. A layer holds sizes,
/// never numbers: parameters, state and what is prepared from them are slices of the network's flat vectors.
///
/// A layer may end in a *rectifier*, f(v) = v for v > 0, else slope * v (slope 0: ReLU, 1: none), which is applied
/// while its numbers are in registers. So that the backward pass does the same, gradients between layers are always
/// those of the values before the rectifier: `Backward::dy` is the gradient of what this layer computed before its own,
/// and `dx` must come out as the gradient of what the layer below computed before its own (`below_slope`); the sign
/// of x tells which side of the kink a value was on.
///
/// Once a step `prepare` turns the parameters into what the kernels read (packed weights; for batch normalisation
/// scale and shift). Batch normalisation also needs sums over the whole batch, before its forward and before its
/// backward pass: `batch_sum_count` > 0 tells the caller to add up `add_forward_sums` (`add_backward_sums`) of all
/// groups of all ranks. The arithmetic of one sample's forward pass does not depend on its lane or its neighbours.
class Layer {
 public:
  Layer(const LayerSpec& spec, Engine engine) : spec_(spec), engine_(engine) {}
  virtual ~Layer() = default;
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;

  const LayerSpec& spec() const { return spec_; }
  Engine engine() const { return engine_; }
  Index input_size() const { return spec_.input.size(); }
  Index output_size() const { return spec_.output.size(); }
  Index parameter_count() const { return shoal::parameter_count(spec_); }

  /// The rectifier at the end; 1 is none. `can_rectify` says whether the layer knows how.
  float slope() const { return slope_; }
  void set_slope(float slope) { slope_ = slope; }
  virtual bool can_rectify() const { return false; }

  /// Where the layer stands in the architecture as it was written: its name when random numbers are drawn.
  std::uint64_t number() const { return number_; }
  void set_number(std::uint64_t number) { number_ = number; }

  /// Numbers that are not trained but kept with the model: running mean and variance of batch normalisation.
  virtual Index state_count() const { return 0; }
  virtual Index prepared_count() const { return 0; }
  /// Whether the layer adds something of its own to each sample's loss, and the terms of 16 samples, not yet weighed,
  /// from its input. Its backward pass adds their gradient, weighed by `Backward::penalty_weight`.
  virtual bool has_penalty() const { return false; }
  virtual std::array<double, lane_count> penalties(const Lanes* /*x*/) const { return {}; }
  virtual Index batch_sum_count() const { return 0; }
  /// Lanes that the forward pass of a training step leaves for the backward pass of the same group.
  virtual Index kept_count() const { return 0; }
  /// Floats of scratch that the backward pass needs for `groups` groups at once.
  virtual Index scratch_count(Index /*groups*/) const { return 0; }
  /// Whether the layer's parameters are so many that it should see all groups of a batch at once.
  virtual bool is_wide() const { return false; }

  /// Numbers whose largest magnitude over the whole batch the backward pass must know (Backward::maxima). A layer that
  /// needs some is wide, and assigns its gradient instead of adding to it (AdaptiveSum::Terms).
  virtual Index batch_maximum_count() const { return 0; }

  /// Draws the first parameters and sets the first state.
  virtual void initialize(std::span<float> /*parameters*/, std::span<float> /*state*/, Random& /*random*/) const {}

  /// Prepares for passes that use the stored state (encoding, evaluation); without state, for all passes.
  virtual void prepare(std::span<const float> /*parameters*/, std::span<const float> /*state*/,
                       std::span<float> /*prepared*/) const {}

  /// Prepares for a training pass from the batch's finished sums over `samples` samples, and updates the state.
  virtual void prepare_from_batch(std::span<const float> parameters, std::span<const double> /*sums*/,
                                  Index /*samples*/, std::span<float> state, std::span<float> prepared) const {
    prepare(parameters, state, prepared);
  }

  /// Adds this group's part (its first `used` lanes) to the batch sums that the forward pass needs. Their reference
  /// point is `state` as it was before the batch.
  virtual void add_forward_sums(std::span<const float> /*state*/, const Lanes* /*x*/, Index /*used*/,
                                std::span<double> /*sums*/) const {}

  /// What a forward pass is given. x and y do not overlap (but a skip's are the same).
  struct Forward {
    std::span<const float> parameters;
    std::span<const float> prepared;
    const Lanes* x;
    Lanes* y;
    Lanes* kept = nullptr;              ///< kept_count() Lanes in training, else null
    const GroupDraws* draws = nullptr;  ///< in training, else null: nothing is drawn
    const Lanes* past = nullptr;        ///< of a join: what went past its block, the output of its skip
  };

  /// y = f(x).
  virtual void forward(const Forward& pass) const = 0;
  /// The same for several groups of one batch, which share parameters and prepared numbers.
  virtual void forward_groups(std::span<const Forward> groups) const {
    for (const Forward& pass : groups) forward(pass);
  }

  /// Adds this group's part to the batch sums that the backward pass needs.
  virtual void add_backward_sums(std::span<const float> /*prepared*/, const Lanes* /*x*/, const Lanes* /*dy*/,
                                 std::span<double> /*sums*/) const {}

  /// For layers with batch sums: the parameter gradient, averaged over the batch, from the finished backward sums.
  virtual void gradient_from_batch(std::span<const double> /*sums*/, Index /*samples*/,
                                   std::span<float> /*gradient*/) const {}

  /// What a backward pass is given.
  struct Backward {
    std::span<const float> parameters;
    std::span<const float> prepared;
    std::span<const double> sums;    ///< finished backward sums of the whole batch; empty for most layers
    std::span<const double> maxima;  ///< of the whole batch, batch_maximum_count() of them
    Index samples;                   ///< in the whole batch
    Index used;                      ///< lanes of this group that hold samples
    const Lanes* x;
    const Lanes* y;
    const Lanes* kept;  ///< what the forward pass left
    const Lanes* dy;    ///< before this layer's rectifier; zero in the lanes that are not used
    Lanes* dx;          ///< before the rectifier below; null where nobody needs it; its unused lanes are zero
    float below_slope;  ///< the rectifier that made x; 1: none
    float* scratch;     ///< scratch_count floats
    const GroupDraws* draws = nullptr;
    float penalty_weight = 0;  ///< of the layer's penalties in the loss
    Lanes* past = nullptr;     ///< the gradient that goes past a block: its join leaves it, its skip adds it to dx
  };

  /// Raises maxima to the largest magnitudes in these groups; once dy is there, before the backward pass.
  virtual void raise_maxima(std::span<const Backward> /*groups*/, std::span<double> /*maxima*/) const {}

  /// Writes dx and adds the parameter gradient, summed over the group's samples, to `gradients` (but for layers with
  /// batch sums: see gradient_from_batch).
  virtual void backward(const Backward& pass, const OrderFreeSums& gradients) const = 0;
  /// The same for several groups of one batch, each group's gradient being one term of the sums.
  virtual void backward_groups(std::span<const Backward> groups, const OrderFreeSums& gradients) const {
    for (const Backward& pass : groups) backward(pass, gradients);
  }

 private:
  LayerSpec spec_;
  Engine engine_;
  float slope_ = 1;
  std::uint64_t number_ = 0;
};

/// The layer for a specification.
std::unique_ptr<Layer> make_layer(const LayerSpec& spec, Engine engine = Engine::fast);

/// Weights and biases uniform in [-1/sqrt(fan_in), 1/sqrt(fan_in)), PyTorch's default for dense layers and
/// convolutions.
void initialize_uniform(std::span<float> parameters, Index fan_in, Random& random);

}  // namespace shoal
