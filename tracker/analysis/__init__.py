"""Pure arithmetic and judgement: values in, values out; no database and no screen."""
