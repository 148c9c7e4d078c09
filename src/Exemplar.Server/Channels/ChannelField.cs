namespace Exemplar.Server.Channels;

/// <summary>One field of a channel's configuration: what a form shows and the API checks.</summary>
/// <param name="Name">Its name in <c>config</c>.</param>
/// <param name="Label">What people call it.</param>
internal sealed record ChannelField(string Name, string Label)
{
    public FieldShape Shape { get; init; } = FieldShape.Line;

    public bool IsRequired { get; init; }

    /// <summary>Encrypted like all of the configuration, and never shown again.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The longest text, in characters.</summary>
    public int Longest { get; init; } = 2_000;

    /// <summary>The words to choose from, for <see cref="FieldShape.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What stands when nothing is given; null when nothing does.</summary>
    public string? Default { get; init; }

    /// <summary>One sentence of help: where to find it, what it looks like.</summary>
    public string Help { get; init; } = "";
}

/// <summary>What a field holds.</summary>
internal enum FieldShape
{
    /// <summary>A line of text.</summary>
    Line,

    /// <summary>Several lines.</summary>
    Lines,

    /// <summary>An http or https address.</summary>
    Address,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>Yes or no: <c>true</c> or <c>false</c>.</summary>
    Switch,

    /// <summary>One of some words.</summary>
    Choice,

    /// <summary>Names and values, such as headers: one JSON object of strings.</summary>
    Pairs,
}
