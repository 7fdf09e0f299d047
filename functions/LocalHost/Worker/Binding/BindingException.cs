namespace LocalHost.Worker.Binding;

/// <summary>What the caller sent does not fit a parameter; for HTTP this is the caller's error (400). Never holds what was sent.</summary>
internal sealed class BindingException(string parameter, string detail, Exception? cause = null) : Exception(detail, cause)
{
    public string Parameter { get; } = parameter;
}
