//! How the rows of a table are spread over partitions.

use super::Draft;
use crate::sql::change::TableAction;

impl Draft {
    /// Takes in what an action makes of partitions.
    pub(super) fn spread(&mut self, action: &TableAction) {
        match action {
            TableAction::PartitionBy(partitions) => {
                self.table.partition_by = Some((**partitions).clone());
            }
            TableAction::RemovePartitioning => self.table.partition_by = None,
            // How many there are, and for which rows, is another question by now.
            TableAction::Inert(words)
                if matches!(
                    words.as_str(),
                    "ADD PARTITION"
                        | "DROP PARTITION"
                        | "COALESCE PARTITION"
                        | "REORGANIZE PARTITION"
                        | "CONVERT PARTITION"
                        | "CONVERT TABLE"
                ) =>
            {
                if let Some(partitions) = &mut self.table.partition_by {
                    partitions.written = None;
                }
            }
            _ => {}
        }
    }
}
