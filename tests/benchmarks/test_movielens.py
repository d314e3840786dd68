from pathlib import Path

import numpy as np
import pytest

from benchmarks.movielens import read_movielens
from benchmarks.movies_world import Movies
from tests.recommend.worlds import told

RATINGS = [("7", str(item), "3", str(1000 + item)) for item in range(1, 6)] + [("8", "1", "5", "2000")]
NO_GENRE = ["0"] * 19


def written(folder: Path, **files: list[str]) -> Path:
    for name, lines in files.items():
        (folder / name.replace("_", ".")).write_bytes(("\n".join(lines) + "\n").encode("latin-1"))
    return folder


def as_100k(folder: Path) -> Path:
    comedy = [*NO_GENRE[:5], "1", *NO_GENRE[6:]]
    items = ["|".join([str(n), f"Film né {n} (1995)", "01-Jan-1995", "", "http://x", *comedy]) for n in range(1, 6)]
    ratings = ["\t".join(row) for row in RATINGS]
    return written(folder, u_data=ratings, u_item=items, u_user=["7|24|M|technician|85711", "8|53|F|other|94043"])


def as_1m(folder: Path) -> Path:
    movies = [f"{n}::Film né {n} (1995)::Comedy" for n in range(1, 6)]
    ratings = ["::".join(row) for row in RATINGS]
    users = ["7::M::18::technician::48067", "8::F::56::other::70072"]
    return written(folder, ratings_dat=ratings, movies_dat=movies, users_dat=users)


def as_csv(folder: Path) -> Path:
    movies = ["movieId,title,genres", *(f'{n},"Film, the {n}th (1995)",Comedy' for n in range(1, 6))]
    ratings = ["userId,movieId,rating,timestamp", *(",".join(row) for row in RATINGS)]
    return written(folder, ratings_csv=ratings, movies_csv=movies)


def check_takings(movies: Movies) -> None:
    assert movies.users.ids == ("7",)  # the other rated too little
    assert movies.items.ids == ("1", "2", "3", "4", "5")
    assert movies.item.tolist() == [0, 1, 2, 3, 4]
    assert movies.at.tolist() == [1001, 1002, 1003, 1004, 1005]
    assert told(movies.items, 0) == {"tag:Comedy": 1.0, "decade:1990": 1.0}


def test_the_layout_of_100k_is_read(tmp_path: Path) -> None:
    movies = read_movielens(as_100k(tmp_path))
    check_takings(movies)
    assert told(movies.users, 0) == {"age:18": 1.0, "occupation:technician": 1.0}


def test_the_layout_of_1m_is_read(tmp_path: Path) -> None:
    movies = read_movielens(as_1m(tmp_path))
    check_takings(movies)
    assert told(movies.users, 0) == {"age:18": 1.0, "occupation:technician": 1.0}


def test_10m_tells_nothing_of_users(tmp_path: Path) -> None:
    (as_1m(tmp_path) / "users.dat").unlink()
    movies = read_movielens(tmp_path)
    check_takings(movies)
    assert movies.users.names == ()


def test_the_later_csv_layout_is_read(tmp_path: Path) -> None:
    movies = read_movielens(as_csv(tmp_path))
    check_takings(movies)
    assert told(movies.users, 0) == {}


def test_a_pair_rated_twice_is_taken_once_when_it_was_first(tmp_path: Path) -> None:
    again = ["::".join(row) for row in [*RATINGS, ("7", "1", "5", "3000")]]
    movies = read_movielens(written(as_1m(tmp_path), ratings_dat=again))
    assert len(movies.user) == 5
    assert movies.at[0] == 1001
    assert movies.matrix(np.ones(5, dtype=np.bool_)).max() == 1


@pytest.mark.parametrize("missing", ["u.item", "u.user"])
def test_a_folder_that_is_not_whole_says_what_is_missing(tmp_path: Path, missing: str) -> None:
    (as_100k(tmp_path) / missing).unlink()
    with pytest.raises(FileNotFoundError, match=missing):
        read_movielens(tmp_path)


def test_a_folder_without_movielens_says_what_it_looked_for(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"u\.data, ratings\.dat, ratings\.csv"):
        read_movielens(tmp_path)


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"u\.data, line 2: 1 fields, 4 expected"):
        read_movielens(written(as_100k(tmp_path), u_data=["1\t2\t3\t4", "1 2 3 4"]))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["userId,movieId,rating", "1,2,3"], "no column timestamp"),
        (["userId,movieId,rating,timestamp", "1,2,3,noon"], "1 ratings without a time"),
    ],
)
def test_a_csv_that_cannot_be_read_says_why(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_movielens(written(as_csv(tmp_path), ratings_csv=lines))
