namespace FunctionsHosting.Storage;

/// <summary>Writes small files so that a killed process leaves the old content or the new, never half of it.</summary>
internal static class AtomicFile
{
    public static void Write(string path, byte[] content)
    {
        var half = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllBytes(half, content);
        File.Move(half, path, overwrite: true);
    }
}
