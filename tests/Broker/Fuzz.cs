namespace Broker.Tests;

/// <summary>Bytes as they should not be: the same ones for the same seed.</summary>
internal sealed class Fuzz(int seed)
{
    private static readonly byte[] Telling =
        [0x00, 0x01, 0x40, 0x41, 0x43, 0x44, 0x45, 0x53, 0x70, 0x73, 0x7f, 0x80, 0x83, 0x98, 0xa0, 0xa3, 0xb0, 0xc0, 0xc1, 0xd0, 0xd1, 0xe0, 0xf0, 0xff];

    private readonly Random _random = new(seed);

    /// <summary>The long form, which <c>--all</c> asks for, or a tenth of it.</summary>
    public static int Tenth(int all) => Environment.GetEnvironmentVariable("EVERY_KILL") == "1" ? all : all / 10;

    public T OneOf<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>One to three changes, none of them before <paramref name="from"/>.</summary>
    public byte[] Mutated(byte[] bytes, int from = 0)
    {
        var mutated = bytes.ToList();
        for (var changes = _random.Next(1, 4); changes > 0; changes--)
        {
            Change(mutated, from);
        }

        return [.. mutated];
    }

    private void Change(List<byte> bytes, int from)
    {
        var at = _random.Next(from, Math.Max(from + 1, bytes.Count));
        var some = Math.Min(_random.Next(1, 9), bytes.Count - at);
        switch (_random.Next(6))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = OneOf(Telling);
                break;
            case 2 when some > 0:
                bytes.RemoveRange(at, some);
                break;
            case 3 when some > 0:
                bytes.InsertRange(at, bytes.GetRange(at, some));
                break;
            case 4 when at < bytes.Count:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                bytes.InsertRange(Math.Min(at, bytes.Count), Enumerable.Range(0, _random.Next(1, 5)).Select(_ => OneOf(Telling)));
                break;
        }
    }
}
