using System.Text.Json;
using FunctionsHosting.Storage;

namespace FunctionsHosting.Timers;

/// <summary>A timer function's last and next occurrence, in a file of the data folder, so that one missed while no host ran is noticed.</summary>
internal sealed class TimerRecord
{
    private readonly string _path;

    public TimerRecord(string folder, string function)
    {
        Directory.CreateDirectory(folder);
        _path = Path.Combine(folder, $"{function}.json");
        if (File.Exists(_path))
        {
            var stored = JsonSerializer.Deserialize<Occurrences>(File.ReadAllBytes(_path));
            (Last, Next) = (stored?.Last, stored?.Next);
        }
    }

    public DateTimeOffset? Last { get; private set; }

    public DateTimeOffset? Next { get; private set; }

    public void Write(DateTimeOffset? last, DateTimeOffset next)
    {
        (Last, Next) = (last, next);
        AtomicFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(new Occurrences(last, next)));
    }

    private sealed record Occurrences(DateTimeOffset? Last, DateTimeOffset? Next);
}
