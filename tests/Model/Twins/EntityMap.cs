using System.Collections.Concurrent;
using System.Reflection;
using Azure.Data.Tables;

namespace Model.Tests.Twins;

/// <summary>Rows as they are stored, and as the app's own row types.</summary>
internal static class EntityMap
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();

    private static readonly string[] Kept = [nameof(ITableEntity.PartitionKey), nameof(ITableEntity.RowKey), nameof(ITableEntity.ETag), nameof(ITableEntity.Timestamp)];

    public static TableEntity From(ITableEntity entity)
    {
        var row = new TableEntity(entity.PartitionKey, entity.RowKey);
        var cells = entity is TableEntity free
            ? free.Where(cell => !cell.Key.StartsWith("odata", StringComparison.Ordinal) && !Kept.Contains(cell.Key))
            : Of(entity.GetType()).Select(property => KeyValuePair.Create(property.Name, property.GetValue(entity)));
        foreach (var (name, value) in cells.Where(cell => cell.Value is not null))
        {
            row[name] = value;
        }

        return row;
    }

    public static T To<T>(TableEntity row)
        where T : class, ITableEntity
    {
        if (typeof(T) == typeof(TableEntity))
        {
            return (T)(ITableEntity)new TableEntity(row) { ETag = row.ETag };
        }

        var entity = Activator.CreateInstance<T>();
        (entity.PartitionKey, entity.RowKey, entity.ETag) = (row.PartitionKey, row.RowKey, row.ETag);
        foreach (var property in Of(typeof(T)))
        {
            if (row.TryGetValue(property.Name, out var value))
            {
                property.SetValue(entity, value);
            }
        }

        return entity;
    }

    private static PropertyInfo[] Of(Type type) =>
        Properties.GetOrAdd(type, one => [.. one.GetProperties().Where(property => property.CanWrite && !Kept.Contains(property.Name))]);
}
