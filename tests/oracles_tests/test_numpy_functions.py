"""NumPy's functions on arrays of duals agree with differences: the table's lines are the programs."""

import numpy as np
import pytest

from tests.generators.source import make
from tests.oracles import differences, dual

X = np.array([[0.5, -1.25, 2.0], [1.75, 0.3, -0.6]])
EXPRESSIONS = """
np.sum(np.sort(x,axis=1)*[1,2,3])
np.median(x[0])
np.sum(np.cumsum(x,axis=1)**2)
np.sum(np.cumprod(x)**2)
np.sum(np.diff(x)**2)
np.sum(np.outer(x[0],x[1])**2)
np.einsum("ij,kj->",x,x)
np.sum(np.einsum("ij,kj->ik",x,x)**2)
np.sum(np.tensordot(x,x,axes=([1],[1]))**2)
np.sum(np.kron(x,x)**2)
np.sum(np.tile(x,(2,2))**2)
np.sum(np.repeat(x,2,axis=0)**3)
np.sum(np.roll(x,1)*x)
np.sum(np.flip(x)*x)
np.sum(np.pad(x,1)**2)
np.sum(np.pad(x,1,mode="edge")**2)
np.sum(np.meshgrid(x[0],x[1])[0]*np.meshgrid(x[0],x[1])[1]**2)
np.sum(np.split(x,3,axis=1)[1]**2)
np.linalg.norm(x)
np.sum(np.linalg.norm(x,axis=1))
np.sum(np.vander(x[0],3))
np.polyval(x[0],x[1,0])
np.sum(np.cross(x[0],x[1])**2)
np.sum(np.triu(x)**2)
np.sum(np.diag(x[0])**2)
np.sum(np.convolve(x[0],x[1])**2)
np.trapezoid(x[0]**2)
np.average(x[0]**2,weights=x[1])
np.sum(np.hstack([x,x**2])**2)
np.sum(np.column_stack([x[0],x[1]**2])**2)
np.sum(np.vdot(x[0],x[1])**2)
np.ptp(x)**2
np.sum(np.float_power(np.abs(x),1.5))
np.sum(np.cbrt(x))
np.sum(np.sinc(x))
np.sum(np.take_along_axis(x,np.argsort(x,axis=1),axis=1)*[1,2,3])
np.sum(np.nan_to_num(x)**2)
np.nansum(x**2)
np.sum(special.expit(x)*special.erf(x))
np.sum(np.square(x).cumsum())
np.sum(np.add.reduce(x,axis=0)**2)
np.sum(np.multiply.outer(x[0],x[1])**3)
np.maximum.reduce(x[0])**2
np.sum(np.maximum.accumulate(x[0])**2)
np.sum(np.array_split(x[0],2)[0]**2)
np.sum(np.insert(x[0],1,x[1,0])**2)
np.sum(np.append(x,x)**2)
np.sum(np.dstack([x,x])**2)
np.sum(np.moveaxis(x,0,1)@x)
np.sum(np.atleast_3d(x)**2)
np.sum(np.apply_along_axis(lambda r: r*r.sum(),1,x))
np.sum(np.vectorize(lambda t: t*t)(x))
np.sum(np.piecewise(x,[x>0],[lambda t:t**2,lambda t:-t]))
np.sum(np.ix_([0,1],[0])[0]+x[np.ix_([0,1],[0])]**2)
np.sum(x[np.nonzero(x>0)]**2)
np.sum(x[x>0]**2)
np.sum(np.extract(x>0,x)**2)
np.sum(np.count_nonzero(x>0)*x)
np.sum(x.var(axis=1)+x.std(axis=1,ddof=1))
x.tolist()[0][1]**2
np.sum(np.matmul(x,x.T)**2)
np.sum(x.dot(x.T)**2)
np.max(x,initial=1.0)**2
np.mean(x,axis=(0,1),keepdims=True)[0,0]**2
np.sum(x, axis=1, initial=2.0)[0]**2
np.sum(np.divide(x,2.0,where=x>0,out=np.zeros_like(x)))
np.sum(np.rot90(x)**2)
np.sum(np.positive(x)**2+np.negative(x))
np.sum(np.trace(x@x.T)**2)
np.sum(np.deg2rad(x)*np.degrees(x))
np.asarray(x,dtype=np.float32).sum()**2
np.linspace(x[0,0],x[0,1],4).sum()
np.arange(3) @ x[0]
np.float64(x[0,0])**2
np.ones_like(x[0,0])*x[0,1]
np.where(x[0,0]>0,x[0,0],2.0)**2
(x[0,0].item()+x[0,1].sum())**2
np.sum(np.broadcast_to(x[0],(4,3))**2)
np.sum(np.exp2(x)*np.log1p(x**2))
np.hypot(3.0,4.0)*x[0,0]
np.sum(x.flat[2]**2)
np.sum([v**2 for v in x.flat])
np.sum(x.T.ravel(order="K")*np.arange(6))
np.sum(np.ravel(x,order="F")*np.arange(6))
np.sum(x.reshape((3,2),order="F")[:,0]*x[0])
np.sum(np.full((2,2),x[0,0])*2)
np.sum(np.full_like(x,x[0,0])*2)
divmod(x[0,0],0.3)[1]**2
x.real.sum()
np.real(x).sum()
np.sum(np.conj(x))
np.sum(abs(x)+ -x + +x)
np.sum(2.0**x)
np.sum(np.lib.stride_tricks.sliding_window_view(x[0],2)**2)
"""
HEADER = "import numpy as np\nfrom scipy import special\n\n\ndef program(x):\n    return "


@pytest.mark.parametrize("expression", EXPRESSIONS.strip().splitlines())
def test_function_agrees_with_differences(expression):
    function = make(f"{HEADER}{expression}\n")
    expected = differences.gradient(function, (X,))
    np.testing.assert_allclose(dual.gradient(function, (X,)), expected.gradient, rtol=1e-9, atol=1e-9)


UNKNOWN = ["np.sum(np.fft.fft(x).real)", "np.sum(np.linalg.pinv(x))", "np.sum(np.heaviside(x, 0.5))"]


@pytest.mark.parametrize("expression", UNKNOWN)
def test_an_unknown_function_never_loses_a_derivative_silently(expression):
    with pytest.raises(TypeError):
        dual.gradient(make(f"{HEADER}{expression}\n"), (X,))
