using Azure;
using Azure.Data.Tables;

namespace Model.Tests.Twins;

/// <summary>
/// What the service refuses to store, whoever asks: https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model.
/// </summary>
internal static class TableLimits
{
    private const int KeyBytes = 1_024;
    private const int CellBytes = 65_536;
    private const int RowBytes = 1_048_576;
    private const int Cells = 252;

    private static readonly DateTimeOffset FirstTime = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void Check(TableEntity row)
    {
        CheckKey(row.PartitionKey);
        CheckKey(row.RowKey);
        var cells = row.Where(cell => cell.Key is not ("odata.etag" or nameof(ITableEntity.Timestamp))).ToList();
        Refuse(cells.Count > Cells, "TooManyProperties");
        Refuse(cells.Exists(cell => Bytes(cell.Value) > CellBytes), "PropertyValueTooLarge");
        Refuse(cells.Sum(cell => (2 * cell.Key.Length) + Bytes(cell.Value)) > RowBytes, "EntityTooLarge");
        Refuse(cells.Exists(cell => cell.Value is DateTimeOffset time && time < FirstTime), "OutOfRangeInput");
    }

    private static void CheckKey(string key)
    {
        Refuse(key.Any(static c => c is '/' or '\\' or '#' or '?' || char.IsControl(c)), "OutOfRangeInput");
        Refuse(2 * key.Length > KeyBytes, "KeyValueTooLarge");
    }

    private static int Bytes(object value) => value switch
    {
        string text => 2 * text.Length,
        byte[] bytes => bytes.Length,
        _ => 8,
    };

    private static void Refuse(bool isRefused, string code)
    {
        if (isRefused)
        {
            throw new RequestFailedException(400, $"The service refuses the row: {code}.", code, null);
        }
    }
}
