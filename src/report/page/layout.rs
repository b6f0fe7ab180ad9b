//! Where the tables of a picture stand.
//!
//! Tables that hang together through foreign keys stand together, those that are referred to on the
//! left of those that refer to them. A layer that is too high goes on in a second column, so that a
//! schema in which a hundred tables refer to one is no tower of a hundred.

use std::collections::BTreeSet;

/// How wide a table is drawn.
pub(super) const WIDTH: usize = 230;
/// Between two columns, where the lines run.
const GAP_X: usize = 70;
/// Between two tables of a column.
const GAP_Y: usize = 24;
/// Columns are at least this high before another begins.
const LEAST: usize = 520;

/// A table to place.
#[derive(Clone, Debug)]
pub(super) struct PictureNode {
    pub(super) height: usize,
    /// Whether it is not there any more at the end: such tables stand below the others, so that they
    /// leave no holes.
    pub(super) gone: bool,
    /// The tables that it refers to, by index.
    pub(super) parents: BTreeSet<usize>,
}

/// The upper left corner of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Corner {
    pub(super) x: usize,
    pub(super) y: usize,
}

/// A picture's size, and where each table stands in it.
#[derive(Debug, Default)]
pub(super) struct PicturePlan {
    pub(super) corners: Vec<Corner>,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Tables that hang together, placed in a frame of their own.
struct TableCluster {
    members: Vec<usize>,
    width: usize,
    height: usize,
}

/// Places all tables; none overlap.
pub(super) fn layout(nodes: &[PictureNode]) -> PicturePlan {
    let mut corners = vec![Corner::default(); nodes.len()];
    let mut groups: Vec<TableCluster> = components(nodes)
        .into_iter()
        .map(|members| arrange(nodes, members, &mut corners))
        .collect();
    // The large groups first, then what stands alone, the high ones together.
    groups.sort_by_key(|group| {
        (
            std::cmp::Reverse(group.members.len()),
            std::cmp::Reverse(group.height),
            group.members.first().copied(),
        )
    });
    let area: usize = groups
        .iter()
        .map(|group| (group.width + GAP_X) * (group.height + GAP_Y))
        .sum();
    let widest = groups.iter().map(|group| group.width).max().unwrap_or(0);
    let limit = widest.max((area * 2).isqrt()).max(3 * WIDTH);
    let mut layout = PicturePlan::default();
    let (mut x, mut y, mut row) = (0, 0, 0);
    for group in groups {
        if x > 0 && x + group.width > limit {
            y += row + GAP_Y * 2;
            (x, row) = (0, 0);
        }
        for &member in &group.members {
            corners[member].x += x;
            corners[member].y += y;
        }
        layout.width = layout.width.max(x + group.width);
        layout.height = layout.height.max(y + group.height);
        x += group.width + GAP_X;
        row = row.max(group.height);
    }
    layout.corners = corners;
    layout
}

/// The tables that hang together, in the order of the first of each.
fn components(nodes: &[PictureNode]) -> Vec<Vec<usize>> {
    let mut near: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (child, node) in nodes.iter().enumerate() {
        for &parent in &node.parents {
            near[child].push(parent);
            near[parent].push(child);
        }
    }
    let mut seen = vec![false; nodes.len()];
    let mut found = Vec::new();
    for start in 0..nodes.len() {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        let mut members = vec![start];
        let mut next = 0;
        while let Some(&member) = members.get(next) {
            next += 1;
            for &other in &near[member] {
                if !std::mem::replace(&mut seen[other], true) {
                    members.push(other);
                }
            }
        }
        members.sort_unstable();
        found.push(members);
    }
    found
}

/// Places the members of a group, layer after layer from the left.
fn arrange(nodes: &[PictureNode], members: Vec<usize>, corners: &mut [Corner]) -> TableCluster {
    let area: usize = members
        .iter()
        .map(|&member| (WIDTH + GAP_X) * (nodes[member].height + GAP_Y))
        .sum();
    let tallest = members.iter().map(|&member| nodes[member].height).max();
    let limit = (area * 5 / 8).isqrt().max(LEAST).max(tallest.unwrap_or(0));
    let (mut x, mut height) = (0, 0);
    for mut layer in layers(nodes, &members) {
        // A table stands about where those are that it refers to.
        layer.sort_by_cached_key(|&member| {
            let parents = nodes[member].parents.iter();
            let heights: Vec<usize> = parents.map(|&parent| corners[parent].y).collect();
            let mean = heights.iter().sum::<usize>() / heights.len().max(1);
            (nodes[member].gone, mean, member)
        });
        let mut y = 0;
        for member in layer {
            if y > 0 && y + nodes[member].height > limit {
                (x, y) = (x + WIDTH + GAP_X, 0);
            }
            corners[member] = Corner { x, y };
            height = height.max(y + nodes[member].height);
            y += nodes[member].height + GAP_Y;
        }
        x += WIDTH + GAP_X;
    }
    TableCluster {
        members,
        width: x.saturating_sub(GAP_X),
        height,
    }
}

/// The members by how far they are from those that refer to nothing. Where tables refer to each
/// other in a circle, the one that most others refer to counts as if it referred to none.
fn layers(nodes: &[PictureNode], members: &[usize]) -> Vec<Vec<usize>> {
    let mut left: BTreeSet<usize> = members.iter().copied().collect();
    let mut layers: Vec<Vec<usize>> = Vec::new();
    while !left.is_empty() {
        let alone = left.iter().copied().filter(|member| {
            let mut parents = nodes[*member].parents.iter();
            !parents.any(|parent| parent != member && left.contains(parent))
        });
        let mut layer: Vec<usize> = alone.collect();
        if layer.is_empty() {
            let hub = left.iter().copied().rev().max_by_key(|member| {
                let children = left.iter();
                let referring = children.filter(|child| nodes[**child].parents.contains(member));
                referring.count()
            });
            layer.extend(hub);
        }
        for member in &layer {
            left.remove(member);
        }
        layers.push(layer);
    }
    layers
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables of different heights: a hub, a circle, a chain and many that stand alone.
    fn nodes() -> Vec<PictureNode> {
        (0..200)
            .map(|at| PictureNode {
                height: 40 + at % 7 * 18,
                gone: at % 5 == 0,
                parents: match at {
                    1..=90 => BTreeSet::from([0]),
                    91 => BTreeSet::from([92, 91]),
                    92 => BTreeSet::from([93]),
                    93 => BTreeSet::from([91]),
                    94..=101 => BTreeSet::from([at - 1]),
                    _ => BTreeSet::new(),
                },
            })
            .collect()
    }

    #[test]
    fn no_table_lies_on_another() {
        let nodes = nodes();
        let layout = layout(&nodes);
        let inside = |at: usize| {
            let corner = layout.corners[at];
            (
                corner.x..corner.x + WIDTH,
                corner.y..corner.y + nodes[at].height,
            )
        };
        for one in 0..nodes.len() {
            let (x, y) = inside(one);
            assert!(x.end <= layout.width && y.end <= layout.height);
            for other in 0..one {
                let (p, q) = inside(other);
                let apart =
                    x.end <= p.start || p.end <= x.start || y.end <= q.start || q.end <= y.start;
                assert!(apart, "{one} and {other}");
            }
        }
        assert!(layout.width < layout.height * 4 && layout.height < layout.width * 4);
    }

    #[test]
    fn what_is_referred_to_stands_on_the_left() {
        let nodes = nodes();
        let layout = layout(&nodes);
        for child in (1..=90).chain(94..=101) {
            for &parent in &nodes[child].parents {
                assert!(layout.corners[parent].x < layout.corners[child].x);
            }
        }
    }
}
