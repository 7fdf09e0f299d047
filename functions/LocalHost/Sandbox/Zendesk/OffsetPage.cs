using Microsoft.AspNetCore.Http.Extensions;

namespace LocalHost.Sandbox.Zendesk;

/// <summary>Zendesk's pages by number: <c>page</c> from 1 on, <c>per_page</c> up to 100 (more counts as 100).</summary>
internal sealed record OffsetPage(HttpContext Http, int Number, int Size)
{
    private const int MostPerPage = 100;

    /// <summary>The number of the last item up to the end of this page.</summary>
    public long End => (long)Number * Size;

    /// <summary>Null with the page, or the answer to a page that is no number; the sandbox has no pages by cursor (<c>page[size]</c>).</summary>
    public static Refusal? Read(HttpContext http, out OffsetPage page)
    {
        page = new(http, 1, MostPerPage);
        if (http.Request.Query.Keys.Any(key => key.StartsWith("page[", StringComparison.Ordinal)))
        {
            return NoInteger("page");
        }

        if (!Integer(http, "page", 1, out var number))
        {
            return NoInteger("page");
        }

        if (!Integer(http, "per_page", MostPerPage, out var size))
        {
            return NoInteger("per_page");
        }

        page = new(http, Math.Max(number, 1), Math.Clamp(size, 1, MostPerPage));
        return null;
    }

    public IEnumerable<T> Of<T>(IReadOnlyList<T> all) => all.Skip((Number - 1) * Size).Take(Size);

    public string? Next(int count) => End < count ? Address(Number + 1) : null;

    public string? Previous() => Number > 1 ? Address(Number - 1) : null;

    private static bool Integer(HttpContext http, string name, int usual, out int value)
    {
        var text = http.Request.Query[name].ToString();
        value = usual;
        return text.Length == 0 || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static Refusal NoInteger(string name) => new(
        400,
        $"{name} is no integer",
        new { error = new { title = "Invalid attribute", message = $"You passed an invalid value for the {name} attribute. {name} must be an integer" } },
        SandboxJson.Snake);

    /// <summary>The same request for another page.</summary>
    private string Address(int number)
    {
        var request = Http.Request;
        var query = new QueryBuilder(request.Query.Where(pair => pair.Key != "page"))
        {
            { "page", number.ToString(CultureInfo.InvariantCulture) },
        };
        return $"{request.Scheme}://{request.Host}{request.Path}{query}";
    }
}
