namespace LocalHost.Durable.Storage;

/// <summary>
/// Stands in a row's values for a text that no row can hold, until the hub writes it to the store's large values and puts its name there.
/// </summary>
/// <param name="Run">The run it goes with; null: it goes with its row.</param>
/// <param name="Packed">The text as <see cref="PackedText"/>.</param>
internal sealed record LargeText(RunName? Run, byte[] Packed)
{
    public static bool IsIn(RowChange change)
    {
        foreach (var (_, value) in change.Row.Values)
        {
            if (value is LargeText)
            {
                return true;
            }
        }

        return false;
    }
}

internal readonly record struct RunName(string InstanceId, string ExecutionId);
