"""A real MovieLens folder, in any of the three layouts that GroupLens publishes: 100k, 1M, and the later CSV files."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import numpy as np
import polars as pl

from benchmarks.movies_world import Movies
from wowengine.recommend.features import Features, gather

FEWEST = 5  # takings of a customer who is kept
GENRES_100K = [
    "unknown",
    "Action",
    "Adventure",
    "Animation",
    "Children's",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
]
AGES = np.array([0, 18, 25, 35, 45, 50, 56])  # where the bands of 1M begin
Told = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]
"""Takings (user, item, at), and what is told of users and of items (id, feature)."""


def read_movielens(folder: Path) -> Movies:
    """Read a MovieLens folder; every rating counts as a taking, and who has fewer than five is left out.

    Layouts: ``u.data``, ``u.item``, ``u.user`` (100k); ``ratings.dat``, ``movies.dat``, ``users.dat`` (1M; 10M has no
    users); ``ratings.csv``, ``movies.csv`` (later ones, which tell nothing of users). Told are tags (genres), decade,
    age band and occupation; gender is left aside, as everywhere here.

    Raises
    ------
    FileNotFoundError
        Where the folder holds none of the layouts, or one in part.
    ValueError
        Where a line does not have the fields of its layout; it names file and line.
    """
    layouts: dict[str, Callable[[Path], Told]] = {"u.data": _of_100k, "ratings.dat": _of_1m, "ratings.csv": _of_csv}
    for name, read in layouts.items():
        if (folder / name).exists():
            return _movies(*read(folder))
    raise FileNotFoundError(f"no MovieLens in {folder}: none of {', '.join(layouts)} is there")


def _of_100k(folder: Path) -> Told:
    takings = _takings(_table(folder / "u.data", "\t", ["user", "item", "rating", "at"]), folder / "u.data")
    named = ["item", "title", "released", "video", "address", *GENRES_100K]
    items = _table(folder / "u.item", "|", named)
    genres = items.unpivot(on=GENRES_100K, index="item", variable_name="genre").filter(pl.col("value") == "1")
    users = _table(folder / "u.user", "|", ["user", "age", "gender", "occupation", "zip"])
    tags = genres.select(id="item", feature=pl.format("tag:{}", "genre"))
    return takings, _people(users, folder / "u.user"), pl.concat([tags, _decades(items)])


def _of_1m(folder: Path) -> Told:
    takings = _takings(_table(folder / "ratings.dat", "::", ["user", "item", "rating", "at"]), folder / "ratings.dat")
    users = folder / "users.dat"
    named = ["user", "gender", "age", "occupation", "zip"]
    people = _people(_table(users, "::", named), users) if users.exists() else _nothing()
    return takings, people, _things(_table(folder / "movies.dat", "::", ["item", "title", "genres"]))


def _of_csv(folder: Path) -> Told:
    ratings = _csv(folder / "ratings.csv", user="userId", item="movieId", at="timestamp")
    movies = _csv(folder / "movies.csv", item="movieId", title="title", genres="genres")
    return _takings(ratings, folder / "ratings.csv"), _nothing(), _things(movies)


def _csv(path: Path, **columns: str) -> pl.DataFrame:
    if not path.exists():
        _missing(path)
    frame = pl.read_csv(path, infer_schema=False)
    if lacking := set(columns.values()) - set(frame.columns):
        raise ValueError(f"{path}: no column {', '.join(sorted(lacking))}")
    return frame.select(**columns)


def _table(path: Path, between: str, names: Sequence[str]) -> pl.DataFrame:
    """Read a file without header or quotes; MovieLens writes Latin-1 there."""
    if not path.exists():
        _missing(path)
    rows = []
    for number, line in enumerate(path.read_text(encoding="latin-1").split("\n"), start=1):
        if line.strip():
            fields = line.rstrip("\r").split(between)
            if len(fields) != len(names):
                raise ValueError(f"{path}, line {number}: {len(fields)} fields, {len(names)} expected")
            rows.append(fields)
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row")


def _takings(ratings: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Keep the first of each customer and item, and the customers with enough."""
    at = ratings["at"].cast(pl.Int64, strict=False)
    if at.has_nulls():
        raise ValueError(f"{path}: {at.is_null().sum()} ratings without a time in whole seconds")
    once = ratings.select("user", "item", at=at).sort("at", "user", "item").unique(["user", "item"], keep="first")
    return once.filter(pl.len().over("user") >= FEWEST)


def _people(users: pl.DataFrame, path: Path) -> pl.DataFrame:
    ages = users["age"].cast(pl.Int64, strict=False)
    if ages.has_nulls():
        raise ValueError(f"{path}: {ages.is_null().sum()} users whose age is no number")
    band = pl.Series(AGES[np.searchsorted(AGES, ages, side="right") - 1])
    told = users.select("user", age=pl.format("age:{}", band), work=pl.format("occupation:{}", "occupation"))
    return told.unpivot(index="user", value_name="feature").select("feature", id="user").select("id", "feature")


def _things(movies: pl.DataFrame) -> pl.DataFrame:
    genres = movies.select(id="item", genre=pl.col("genres").str.split("|")).explode("genre")
    told = genres.filter(~pl.col("genre").is_in(["", "(no genres listed)"]))
    return pl.concat([told.select("id", feature=pl.format("tag:{}", "genre")), _decades(movies)])


def _decades(movies: pl.DataFrame) -> pl.DataFrame:
    """Take the decade from the year in brackets that ends most titles."""
    year = pl.col("title").str.extract(r"\((\d{3})\d\)\s*$")
    return movies.select(id="item", feature=pl.format("decade:{}0", year)).drop_nulls()


def _movies(takings: pl.DataFrame, people: pl.DataFrame, things: pl.DataFrame) -> Movies:
    users, items = (_told(takings[side].unique().sort(), told) for side, told in (("user", people), ("item", things)))
    at = takings.select(
        pl.col("user").replace_strict(users.position, return_dtype=pl.Int64),
        pl.col("item").replace_strict(items.position, return_dtype=pl.Int64),
        "at",
    ).sort("user", "item")
    return Movies(at["user"].to_numpy(), at["item"].to_numpy(), at["at"].to_numpy(), users, items)


def _told(ids: pl.Series, told: pl.DataFrame) -> Features:
    rows = pl.DataFrame({"id": ids}).with_row_index("row").join(told, on="id")
    return gather(rows.select("row", "feature", weight=pl.lit(1.0)), ids.to_list())


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema={"id": pl.String, "feature": pl.String})


def _missing(path: Path) -> NoReturn:
    raise FileNotFoundError(f"this MovieLens is not whole: {path} is missing")
