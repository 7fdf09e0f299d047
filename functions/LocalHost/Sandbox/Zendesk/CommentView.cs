using System.Net;

namespace LocalHost.Sandbox.Zendesk;

/// <summary>A comment as the API shows it.</summary>
internal sealed record CommentView
{
    public required long Id { get; init; }

    public string Type => "Comment";

    public required long AuthorId { get; init; }

    public required string Body { get; init; }

    public string HtmlBody =>
        $"<div class=\"zd-comment\" dir=\"auto\"><p dir=\"auto\">{WebUtility.HtmlEncode(Body).Replace("\n", "<br>", StringComparison.Ordinal)}</p></div>";

    public string PlainBody => Body;

    public required bool Public { get; init; }

    public IReadOnlyList<object> Attachments => [];

    /// <summary>The change the comment came with.</summary>
    public required long AuditId { get; init; }

    public required Via Via { get; init; }

    public required string CreatedAt { get; init; }

    public object Metadata => new { system = new { }, custom = new { } };
}

/// <summary>How something came in: <c>web</c>, <c>api</c> …</summary>
internal sealed record Via(string Channel)
{
    public static readonly Via Web = new("web");

    public static readonly Via Api = new("api");

    public object Source => new { from = new { }, to = new { }, rel = (string?)null };
}
