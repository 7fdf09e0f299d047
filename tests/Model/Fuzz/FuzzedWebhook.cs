using System.Text;
using Microsoft.AspNetCore.Http;
using Penalties;
using Penalties.Intake.Sources;

namespace Model.Tests.Fuzz;

/// <summary>One request to be thrown at the function: the same for the same seed and number, within one round.</summary>
/// <param name="Told">The members its body was made of: on a thin source they stand in the ticket's fields.</param>
/// <param name="IsRepeatedAtOnce">The very request before it once more.</param>
/// <param name="SealedLater">How much later it is signed than it was drawn.</param>
internal sealed record FuzzedWebhook(
    long Number, byte[] Body, Envelope Envelope, IReadOnlyList<Member> Told, bool IsRepeatedAtOnce = false, TimeSpan SealedLater = default)
{
    /// <summary>Requests that share one storage.</summary>
    public const int InRound = 500;

    private static readonly string[] Sources = [.. Envelope.Sources.Keys.Append("zendesk").Append("standard")];

    /// <param name="now">The wall clock when the round began.</param>
    public static FuzzedWebhook Of(long seed, long number, DateTimeOffset now)
    {
        var draw = new Random(HashCode(seed, number));
        var before = number % InRound;
        if (before > 0 && draw.Next(8) == 0)
        {
            // A replay is the same request; a sender's own repetition is signed anew, and has the same id.
            var ago = draw.Next(2) == 0 ? 1 : draw.NextInt64(1, before + 1);
            var later = TimeSpan.FromSeconds(draw.Next(3) == 0 ? draw.Next(1, 60) : 0);
            var again = Of(seed, number - ago, now);
            return again with { Number = number, IsRepeatedAtOnce = ago == 1 && later == default, SealedLater = again.SealedLater + later };
        }

        var envelope = Envelope.Of(Sources[draw.Next(Sources.Length)], draw, now);
        var told = Complaints.Draw(draw);
        for (var mutations = draw.Next(10) < 4 ? 0 : draw.Next(1, 4); mutations > 0; mutations--)
        {
            MemberMutations.Mutate(told, draw);
        }

        var isThin = envelope.Source == Envelope.Thin && draw.Next(8) != 0;
        var body = Member.ToBytes(isThin ? Complaints.Thin(told) : told);
        for (var mutations = Math.Max(0, draw.Next(-4, 3)); mutations > 0; mutations--)
        {
            body = ByteMutations.Mutate(body, draw);
        }

        return new(number, body, envelope, told);
    }

    public HeaderDictionary Headers => Envelope.Seal(Body, SealedLater);

    /// <summary>By what the app recognises it.</summary>
    public Delivery Delivery => Sender.Verify(Envelope.Sources[Envelope.Source], Headers, Body, default).Delivery;

    /// <summary>The status that only the envelope and the body's length decide, or null when the body's content does.</summary>
    public int? ExpectedStatus =>
        !Envelope.Sources.ContainsKey(Envelope.Source) ? 404
        : Body.Length > BoundedBody.MaxBytes ? 413
        : Envelope.IsGenuine ? null
        : 401;

    /// <summary>For whoever reads of a failure: the body as text, or as bytes where it is none.</summary>
    public override string ToString()
    {
        var text = Encoding.UTF8.GetString(Body);
        var shown = Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(Body) && !text.Any(char.IsControl) ? text : $"base64 {Convert.ToBase64String(Body)}";
        var headers = Headers.Select(header => $"{header.Key}: {header.Value}");
        var fields = Envelope.Source == Envelope.Thin ? $"; the ticket's fields {Printable(Encoding.UTF8.GetString(Member.ToBytes(Told)))}" : "";
        return $"#{Number} to '{Printable(Envelope.Source)}', {Body.Length} bytes: {Printable(shown)} [{Printable(string.Join(" | ", headers))}]{fields}";
    }

    /// <summary>What a terminal and a result file can show.</summary>
    public static string Printable(string text) => string.Concat((text.Length > 4_000 ? $"{text[..4_000]}…" : text).Select(static c =>
        (char.IsControl(c) && c != '\n') || char.IsSurrogate(c) || c >= '\ufffe' ? $"\\u{(int)c:x4}" : $"{c}"));

    /// <summary>The same on every run, unlike <see cref="System.HashCode"/>.</summary>
    private static int HashCode(long seed, long number)
    {
        var mixed = unchecked(((ulong)seed * 0x9e3779b97f4a7c15) + ((ulong)number * 0xbf58476d1ce4e5b9) + 0x94d049bb133111eb);
        mixed = unchecked((mixed ^ (mixed >> 31)) * 0xd6e8feb86659fd93);
        return (int)(mixed >> 33);
    }
}
