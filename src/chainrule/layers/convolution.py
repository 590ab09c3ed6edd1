"""Convolutions: the same small weighted sum at every place of a series or an image."""

from typing import Annotated, ClassVar

from chainrule import activations, ops, regularizers
from chainrule.activations import ActivationLike
from chainrule.arguments import Padding, PositiveCount, SizePerAxis, choice
from chainrule.errors import ArgumentError, ShapeError
from chainrule.graph import Tensor
from chainrule.initializers import InitializerLike
from chainrule.layers.windows import AXES, as_given, as_image, edges, pair
from chainrule.networks.checks import require_axes, require_size
from chainrule.networks.layer import Layer, Role, Shape
from chainrule.regularizers import RegularizerLike


class Convolution(Layer, abstract=True):
    """The base of convolutions; `rank` says over how many axes the kernel slides."""

    role: ClassVar[Role] = "weighted"
    slides: ClassVar[bool] = True
    rank: ClassVar[int]

    filters: PositiveCount
    kernel_size: SizePerAxis
    strides: SizePerAxis = 1
    padding: Padding = "valid"
    dilation_rate: SizePerAxis = 1
    groups: PositiveCount = 1
    activation: ActivationLike = None
    use_bias: bool = True
    kernel_initializer: InitializerLike = "glorot_uniform"
    bias_initializer: InitializerLike = "zeros"
    kernel_regularizer: RegularizerLike = None
    bias_regularizer: RegularizerLike = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.filters % self.groups:
            raise ArgumentError(
                f"{type(self).__name__}: filters must be a multiple of groups. Got {self.filters} and {self.groups} instead."
            )
        self._window = pair(self.kernel_size, self.rank)
        self._strides = pair(self.strides, self.rank)
        self._dilation = pair(self.dilation_rate, self.rank)
        self._activation = activations.get(self.activation)

    def build(self, shape: Shape) -> None:
        """Make `kernel` and `bias`."""
        require_axes(self, shape, *AXES[self.rank])
        if shape[-1] % self.groups:
            raise ShapeError(
                f"{type(self).__name__} {self.default_name!r}: {shape[-1]} channels cannot be cut into {self.groups} equal groups: "
                "choose groups that divide them."
            )
        kernel = (*self._window[-self.rank :], shape[-1] // self.groups, self.filters)
        self.add_weight("kernel", kernel, self.kernel_initializer, regularizer=regularizers.get(self.kernel_regularizer))
        if self.use_bias:
            self.add_weight("bias", (self.filters,), self.bias_initializer, regularizer=regularizers.get(self.bias_regularizer))

    def call(self, inputs: Tensor) -> Tensor:
        """Return activation(x ∗ kernel + bias)."""
        require_axes(self, inputs.shape[1:], *AXES[self.rank])
        kernel = self.weights["kernel"]
        require_size(self, kernel.shape[-2] * self.groups, inputs.shape[-1], inputs.shape)
        image = as_image(inputs)
        y = ops.convolution(
            image,
            ops.reshape(kernel, shape=(*self._window, *kernel.shape[-2:])) if self.rank == 1 else kernel,
            strides=self._strides,
            padding=edges(self.padding, image.shape, self._window, self._strides, self._dilation),
            dilation=self._dilation,
            groups=self.groups,
        )
        y = as_given(y, self.rank)
        return self._activation(y + self.weights["bias"] if self.use_bias else y)


class Conv1D(Convolution):
    """A kernel slid along a series: yₙₜₒ = activation(Σᵢ꜀ xₙ,ₛₜ₊ᵢ,꜀ · kernelᵢ꜀ₒ + biasₒ), s the stride.

    Inputs of shape (batch, steps, channels) become (batch, new steps, filters). Weights: `kernel`
    (kernel_size, channels / groups, filters), `bias` (filters,).

    Args:
        filters: the number of outputs at each step.
        kernel_size: over how many steps the kernel reaches.
        strides: by how many steps it moves.
        padding: "valid" for none, "same" for zeros on both sides so that a stride of 1 keeps the length, "causal" for zeros
            before the first step only, so that no output sees what comes after it.
        dilation_rate: how far apart the steps are that the kernel meets.
        groups: into how many groups channels and filters are cut, each seeing only its own.
        activation: a name or a function; None leaves the sum as it is.
        use_bias: whether a bias is added.
        kernel_initializer: the first values of the kernel.
        bias_initializer: the first values of the bias.
        kernel_regularizer: a penalty on the kernel, added to the loss.
        bias_regularizer: a penalty on the bias, added to the loss.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> layer = cr.layers.Conv1D(1, 2, padding="causal", kernel_initializer="ones")
        >>> series = np.array([1, 2, 3], "float32").reshape(1, 3, 1)
        >>> np.asarray(layer(cr.Variable(series)).value).ravel().tolist()
        [1.0, 3.0, 5.0]
    """

    rank: ClassVar[int] = 1

    padding: Annotated[str, choice("valid", "same", "causal")] = "valid"


class Conv2D(Convolution):
    """A kernel slid over an image: yₙₕᵥₒ = activation(Σᵢⱼ꜀ xₙ,ₛₕ₊ᵢ,ₛᵥ₊ⱼ,꜀ · kernelᵢⱼ꜀ₒ + biasₒ), s the stride.

    Inputs of shape (batch, height, width, channels) become (batch, new height, new width, filters). Weights: `kernel`
    (height, width, channels / groups, filters), `bias` (filters,). Strides and dilation may be used together, which Keras
    does not allow.

    Args:
        filters: the number of outputs at each place.
        kernel_size: height and width of the kernel, or one number for both.
        strides: by how many places it moves down and across, or one number for both.
        padding: "valid" for none, "same" for zeros on all sides so that a stride of 1 keeps the size.
        dilation_rate: how far apart the places are that the kernel meets, or one number for both axes.
        groups: into how many groups channels and filters are cut, each seeing only its own.
        activation: a name or a function; None leaves the sum as it is.
        use_bias: whether a bias is added.
        kernel_initializer: the first values of the kernel.
        bias_initializer: the first values of the bias.
        kernel_regularizer: a penalty on the kernel, added to the loss.
        bias_regularizer: a penalty on the bias, added to the loss.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> layer = cr.layers.Conv2D(8, 3, strides=2, padding="same")
        >>> layer(cr.Variable(np.zeros((1, 28, 28, 1), "float32"))).shape
        (1, 14, 14, 8)
    """

    rank: ClassVar[int] = 2
