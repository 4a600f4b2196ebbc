"""Pictures as SVG elements of a web page, sharp on every screen.

`figure` is what matplotlib draws. The others are what `plotting` draws, upon axes that it has set
up and `figure` has drawn, but without an artist for each line: many times faster, for pictures that
follow a slider.
"""

import io
from functools import lru_cache

import numpy as np
from contourpy import contour_generator  # comes with matplotlib
from matplotlib import rcParams
from matplotlib._path import convert_to_string
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import to_hex
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D
from mpl_toolkits.mplot3d.proj3d import proj_transform

from course_lib import plotting

LEVEL_FILLS = [to_hex(grey) for grey in plotting.LEVEL_GREYS]


class _Renderer(RendererSVG):
    """Each text is one path and no element for each letter, which browsers take longer to place."""

    _draw_text_as_path = RendererBase._draw_text_as_path


def figure(fig, attributes=""):
    """All of a figure, as an <svg> of its size."""
    fig.set_dpi(72)
    text = io.StringIO()
    renderer = _Renderer(*_size(fig), text)
    fig.draw(renderer)
    renderer.finalize()
    body = text.getvalue().partition("</defs>")[2]  # the first <defs> would restyle the whole page
    return _element(fig, body.removesuffix("</svg>\n"), attributes)


def traces(ax, drawn, attributes="", heads=False, start=None):
    """The lines of `drawn`: label -> (x, y), or (x, y, z) on 3D axes, all of one length.

    heads: with a dot on the last point of each; start: (x, y) of a black dot.
    """
    body, frame = "", _frame(ax)
    lines = np.array(list(drawn.values())).swapaxes(1, 2) if drawn else np.empty((0, 1, 2))
    styles = plotting.styles(drawn).values()
    for points, style in zip(_on_page(ax, lines)[..., :2], styles, strict=True):
        body += _line(points, frame, **style)
        if heads:
            body += _dot(points[-1], frame, 3, style["color"])
    if start is not None:
        body += _dot(_on_page(ax, np.array(start)), frame, 3.5, "black")
    return _element(ax.figure, body, f'fill="none" {attributes}')


def plane(ax, problem, attributes=""):
    """What `plotting.plane` draws: the part above each level upon the part above the last one."""
    x, y, height, levels = plotting.level_lines(problem, points=65)
    x, y = _on_page(ax, np.stack([x, y], axis=-1)).T
    parts = contour_generator(x, y, height, fill_type="ChunkCombinedCode")
    body = ""
    for level, fill in zip([-np.inf, *levels], LEVEL_FILLS, strict=True):
        (points,), (codes,) = parts.filled(level, np.inf)
        if points is not None:
            body += f'<path d="{_d(Path(points, codes))}" fill="{fill}"/>'
    minimum = _stamp(_on_page(ax, problem.minimum), _star(11))
    return _element(ax.figure, _edged(body, **plotting.LEVEL_LINE) + minimum, attributes)


def surface(ax, problem, attributes=""):
    """What `plotting.surface` draws: the floor, then the faces, those that are far away first."""
    faces, colors = plotting.surface_faces(problem)
    names = plotting.surface_names(faces, ax.azim)
    seen = _on_page(ax, np.concatenate([faces.reshape(-1, 3), list(names.values())]))
    corners, middles = np.split(seen, [4 * len(faces)])
    depth = corners[4:, 2].reshape(-1, 4).mean(axis=1)
    order = np.append(0, 1 + np.argsort(-depth))
    fills = np.rint(255 * colors[order, :3]).astype(int).tolist()
    outlines = _outlines(corners[:, :2].reshape(-1, 4, 2)[order])
    face = '<path fill="#%02x%02x%02x" d="%s"/>'
    body = "".join(face % (*fill, d) for fill, d in zip(fills, outlines, strict=True))
    body = _edged(body, **plotting.EDGE)
    for name, (x, y, _) in zip(names, middles, strict=True):
        body += _stamp((x, y), _letter(name))
    return _element(ax.figure, body, attributes)


def _size(fig):
    """Width and height in points."""
    return fig.get_size_inches() * 72


def _element(fig, body, attributes):
    """An <svg> of the figure's size."""
    width, height = _size(fig)
    style = "display: block; width: 100%; stroke-linejoin: round"
    return f'<svg viewBox="0 0 {width:g} {height:g}" style="{style}" {attributes}>{body}</svg>'


def _on_page(ax, points):
    """Points (..., 2) from the figure's upper left corner; with their depth for (..., 3)."""
    flat = points.reshape(-1, points.shape[-1])
    if flat.shape[1] == 3:
        flat = np.transpose(proj_transform(*flat.T, ax.get_proj()))
    height = _size(ax.figure)[1]
    x_and_y = ax.transData.transform(flat[:, :2]) * (1, -1) + (0, height)
    return np.concatenate([x_and_y, flat[:, 2:]], axis=1).reshape(points.shape)


def _frame(ax):
    """Left, top, right and bottom of the axes on the page."""
    left, bottom, right, top = ax.bbox.extents
    height = _size(ax.figure)[1]
    return left, height - top, right, height - bottom


def _d(path, frame=None, simplify=True):
    """A path as the d of an SVG path, cut off at the frame, with gaps where points are nan."""
    codes = [b"M", b"L", b"Q", b"C", b"z"]
    cut = frame and np.add(frame, (1, 1, -1, -1))  # matplotlib leaves one point more
    return convert_to_string(path, None, cut, simplify, None, 2, codes, False).decode()


def _outlines(corners):
    """The closed paths through the corners, (n, 4, 2), each as a d."""
    closed = np.concatenate([corners, corners[:, :1]], axis=1).reshape(-1, 2)
    codes = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY] * len(corners)
    return [f"{d}z" for d in _d(Path(closed, codes), simplify=False).split("z")[:-1]]


def _line(points, frame, color, linestyle="-", linewidth=rcParams["lines.linewidth"]):
    ends = 'stroke-linecap="square"'
    if linestyle != "-":
        dashes = " ".join(f"{length * linewidth:g}" for length in linestyle[1])
        ends = f'stroke-dasharray="{dashes}"'
    look = f'stroke="{color}" stroke-width="{linewidth}" {ends}'
    return f'<path d="{_d(Path(points), frame)}" {look}/>'


def _dot(point, frame, radius, color):
    """A filled circle, if its centre lies in the frame."""
    x, y = point
    left, top, right, bottom = frame
    if left <= x <= right and top <= y <= bottom:
        return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius}" fill="{color}"/>'
    return ""


def _edged(body, edgecolor, linewidth):
    return f'<g stroke="{edgecolor}" stroke-width="{linewidth}">{body}</g>'


def _stamp(point, d):
    """A black shape with its middle at the point."""
    x, y = point
    return f'<path transform="translate({x:.2f} {y:.2f})" d="{d}" fill="black"/>'


@lru_cache
def _star(size):
    marker = MarkerStyle("*")
    path = marker.get_path().transformed(marker.get_transform())
    return _d(path.transformed(Affine2D().scale(size, -size)))


@lru_cache
def _letter(text):
    path = TextPath((0, 0), text, size=rcParams["font.size"])
    x, y = path.get_extents().get_points().mean(axis=0)
    return _d(path.transformed(Affine2D().translate(-x, -y).scale(1, -1)), simplify=False)
