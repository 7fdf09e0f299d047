using Azure.Data.Tables;

namespace Model.Tests.Twins;

/// <summary>The filters the app writes as text: comparisons joined by "and".</summary>
internal static class TextFilter
{
    public static Func<TableEntity, bool> Parse(string? filter)
    {
        var parts = string.IsNullOrEmpty(filter) ? [] : filter.Split(" and ").Select(Part).ToList();
        return row => parts.All(part => part(row));
    }

    private static Func<TableEntity, bool> Part(string text)
    {
        var words = text.Split(' ', 3);
        var value = words[2].StartsWith("datetime", StringComparison.Ordinal) || !words[2].StartsWith('\'')
            ? throw new NotSupportedException($"The twin does not know the filter '{text}'.")
            : words[2][1..^1].Replace("''", "'", StringComparison.Ordinal);
        return row =>
        {
            var cell = words[0] switch
            {
                nameof(ITableEntity.PartitionKey) => row.PartitionKey,
                nameof(ITableEntity.RowKey) => row.RowKey,
                _ => row.GetString(words[0]),
            };
            var order = cell is null ? -1 : string.CompareOrdinal(cell, value);
            return words[1] switch
            {
                "eq" => cell is not null && order == 0,
                "ne" => order != 0,
                "gt" => order > 0,
                "ge" => order >= 0,
                "lt" => cell is not null && order < 0,
                "le" => cell is not null && order <= 0,
                _ => throw new NotSupportedException($"The twin does not know the filter '{text}'."),
            };
        };
    }
}
