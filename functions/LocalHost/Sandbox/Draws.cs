namespace LocalHost.Sandbox;

/// <summary>Chance from a seed (SplitMix64): the same draws on every machine and runtime, which <see cref="Random"/> does not promise.</summary>
internal sealed class Draws(int seed)
{
    private ulong _state = (ulong)seed;

    /// <summary>At least 0, less than 1.</summary>
    public double Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    public void Shuffle<T>(T[] items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var drawn = (int)(Next() * (last + 1));
            (items[last], items[drawn]) = (items[drawn], items[last]);
        }
    }
}
