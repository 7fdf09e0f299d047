namespace FunctionsHosting.Storage;

/// <summary>Small files of JSON. A killed process leaves the old content or the new, never half of it.</summary>
internal static class JsonFile
{
    public static T? Read<T>(string path) => File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path)) : default;

    public static void Write<T>(string path, T content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var half = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllBytes(half, JsonSerializer.SerializeToUtf8Bytes(content));
        File.Move(half, path, overwrite: true);
    }
}
